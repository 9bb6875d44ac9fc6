"""The offline provider ``azuread``: applications, groups and policies in the tenants of the offline cloud."""
