"""What the offline tenants return instead of what Graph was seen to return, and why."""

from __future__ import annotations

from collections.abc import Mapping

BELIEVED: Mapping[str, str] = {}
"""Types without evidence, by key, and why there is none."""

UNREAD = "azuread does not read it"

EXPLAINED: Mapping[str, Mapping[str, str]] = {
    "application": {
        "addIns": UNREAD,
        "api.preAuthorizedApplications": "objects of their own (pre-authorized-client)",
        "api.requestedAccessTokenVersion": "azuread sends 1 where nothing is given",
        "deletedDateTime": UNREAD,
        "keyCredentials": UNREAD,
        "parentalControlSettings": UNREAD,
        "samlMetadataUrl": UNREAD,
        "signInAudience": "azuread sends AzureADMyOrg where nothing is given",
        "tokenEncryptionKeyId": UNREAD,
    },
    "service-principal": {
        "addIns": UNREAD,
        "appDisplayName": UNREAD,
        "deletedDateTime": UNREAD,
        "info": UNREAD,
        "keyCredentials": UNREAD,
        "passwordCredentials": UNREAD,
        "publisherName": UNREAD,
        "servicePrincipalNames": "azuread leaves out the client id",
        "appRoles": "the application of the replay has a role",
        "oauth2PermissionScopes": "the application of the replay has a scope",
    },
    "group": {
        "classification": UNREAD,
        "deletedDateTime": UNREAD,
        "expirationDateTime": UNREAD,
        "membershipRule": "dynamic groups are not in use",
        "membershipRuleProcessingState": "dynamic groups are not in use",
        "onPremisesLastSyncDateTime": UNREAD,
        "onPremisesProvisioningErrors": UNREAD,
        "preferredDataLocation": UNREAD,
        "securityIdentifier": UNREAD,
    },
    "app-role-assignment": {"deletedDateTime": UNREAD},
    "delegated-grant": {"consentType": "azuread tells it from the person"},
    "conditional-access-policy": {"modifiedDateTime": UNREAD},
}
"""Key of a type → path of a property in Graph's answer, everything below included → the reason."""

NAMES: Mapping[str, Mapping[str, str]] = {
    "application": {
        "appId": "clientId",
        "applicationTemplateId": "templateId",
        "api.acceptMappedClaims": "api.mappedClaimsEnabled",
        "id": "objectId",
        "info": "",
        "isDeviceOnlyAuthSupported": "deviceOnlyAuthEnabled",
        "isFallbackPublicClient": "fallbackPublicClientEnabled",
        "passwordCredentials": "password",
        "requiredResourceAccess": "requiredResourceAccesses",
        "web.homePageUrl": "web.homepageUrl",
        "web.implicitGrantSettings.enableAccessTokenIssuance": "web.implicitGrant.accessTokenIssuanceEnabled",
        "web.implicitGrantSettings.enableIdTokenIssuance": "web.implicitGrant.idTokenIssuanceEnabled",
    },
    "service-principal": {
        "appId": "clientId",
        "appOwnerOrganizationId": "applicationTenantId",
        "homepage": "homepageUrl",
        "id": "objectId",
        "replyUrls": "redirectUris",
    },
    "group": {
        "groupTypes": "types",
        "id": "objectId",
        "isAssignableToRole": "assignableToRole",
        "onPremisesDomainName": "onpremisesDomainName",
        "onPremisesNetBiosName": "onpremisesNetbiosName",
        "onPremisesSamAccountName": "onpremisesSamAccountName",
        "onPremisesSecurityIdentifier": "onpremisesSecurityIdentifier",
        "onPremisesSyncEnabled": "onpremisesSyncEnabled",
        "resourceBehaviorOptions": "behaviors",
        "resourceProvisioningOptions": "provisioningOptions",
    },
    "app-role-assignment": {"principalId": "principalObjectId", "resourceId": "resourceObjectId"},
    "pre-authorized-client": {"appId": "authorizedClientId", "delegatedPermissionIds": "permissionIds"},
    "delegated-grant": {
        "clientId": "servicePrincipalObjectId",
        "principalId": "userObjectId",
        "resourceId": "resourceServicePrincipalObjectId",
        "scope": "claimValues",
    },
    "application-credential": {"id": "credentialId", "name": "displayName"},
    "conditional-access-policy": {
        "conditions.applications.excludeApplications": "conditions.applications.excludedApplications",
        "conditions.applications.includeApplications": "conditions.applications.includedApplications",
        "conditions.applications.includeUserActions": "conditions.applications.includedUserActions",
        "conditions.locations.excludeLocations": "conditions.locations.excludedLocations",
        "conditions.locations.includeLocations": "conditions.locations.includedLocations",
        "conditions.users.excludeGroups": "conditions.users.excludedGroups",
        "conditions.users.excludeRoles": "conditions.users.excludedRoles",
        "conditions.users.excludeUsers": "conditions.users.excludedUsers",
        "conditions.users.includeGroups": "conditions.users.includedGroups",
        "conditions.users.includeRoles": "conditions.users.includedRoles",
        "conditions.users.includeUsers": "conditions.users.includedUsers",
        "id": "objectId",
    },
    "named-location": {
        "countriesAndRegions": "country.countriesAndRegions",
        "id": "objectId",
        "includeUnknownCountriesAndRegions": "country.includeUnknownCountriesAndRegions",
        "ipRanges": "ip.ipRanges",
        "isTrusted": "ip.trusted",
    },
}
"""Key of a type → property of Graph → the same property of azuread, where it has another name; an empty text leaves the
name of what contains it out."""
