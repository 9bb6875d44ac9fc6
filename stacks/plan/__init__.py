"""What spans the parts of a stack, decided before the first resource. Imports no Pulumi."""
