"""The stand-in for Azure Resource Manager behind Pulumi's azure-native provider."""
