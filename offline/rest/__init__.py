"""Azure Resource Manager's REST API as the offline cloud answers it: to the same code that asks Azure."""
