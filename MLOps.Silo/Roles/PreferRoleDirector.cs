using Microsoft.Extensions.DependencyInjection;
using Orleans.Placement;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace MLOps.Silo.Roles;

/// <summary>Reads what silos say of themselves. In a host whose silos say nothing every silo is for everything.</summary>
internal sealed class PreferRoleDirector(IServiceProvider services) : IPlacementFilterDirector
{
    /// <summary>The key of a silo's metadata that has its roles.</summary>
    public const string Key = "mlops.roles";

    private readonly ISiloMetadataCache? _metadata = services.GetService<ISiloMetadataCache>();

    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        if (_metadata is null)
        {
            return silos;
        }

        var all = silos.ToArray();
        var role = ((PreferRole)filterStrategy).Role;
        var preferred = Array.FindAll(all, silo =>
            _metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out var roles) && Enum.TryParse<SiloRoles>(roles, out var has) && has.HasFlag(role));
        return preferred.Length > 0 ? preferred : all;
    }
}
