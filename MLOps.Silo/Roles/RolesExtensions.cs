using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Hosting;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;

namespace MLOps.Silo.Roles;

/// <summary>What silos are for, and grains that go by it.</summary>
public static class RolesExtensions
{
    /// <summary>Lets the other silos of the cluster know what this one is for.</summary>
    public static ISiloBuilder AddMLOpsRoles(this ISiloBuilder silo)
    {
        var options = silo.Configuration.GetSection(SiloRoleOptions.SectionName).Get<SiloRoleOptions>() ?? new SiloRoleOptions();
        return silo.UseSiloMetadata(new Dictionary<string, string> { [PreferRoleDirector.Key] = options.Roles.ToString() });
    }

    /// <summary>What <see cref="PreferRoleAttribute"/> needs.</summary>
    internal static IServiceCollection AddRolePlacement(this IServiceCollection services)
    {
        if (!services.Any(service => service.ServiceType == typeof(PreferRoleDirector)))
        {
            services.TryAddSingleton<PreferRoleDirector>();
            services.AddPlacementFilter<PreferRole, PreferRoleDirector>(ServiceLifetime.Transient);
        }

        return services;
    }
}
