using Orleans.Metadata;
using Orleans.Placement;

namespace MLOps.Silo.Roles;

/// <summary>Leaves the silos of one role to choose from; all of them when there is none of it, so that work waits for nobody.</summary>
public sealed class PreferRole(SiloRoles role) : PlacementFilterStrategy(order: 0)
{
    private const string Property = "role";

    /// <summary>For Orleans, which fills it in from the grain's properties.</summary>
    public PreferRole()
        : this(SiloRoles.All)
    {
    }

    public SiloRoles Role { get; private set; } = role;

    public override void AdditionalInitialize(GrainProperties properties) =>
        Role = Enum.Parse<SiloRoles>(GetPlacementFilterGrainProperty(Property, properties)!);

    protected override IEnumerable<KeyValuePair<string, string>> GetAdditionalGrainProperties(IServiceProvider services, Type grainClass, GrainType grainType, IReadOnlyDictionary<string, string> existingProperties) =>
        [new(Property, Role.ToString())];
}
