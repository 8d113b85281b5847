using Orleans.Placement;

namespace MLOps.Silo.Roles;

/// <inheritdoc cref="PreferRole"/>
[AttributeUsage(AttributeTargets.Class)]
public sealed class PreferRoleAttribute(SiloRoles role) : PlacementFilterAttribute(new PreferRole(role));
