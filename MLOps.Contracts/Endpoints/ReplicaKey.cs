namespace MLOps.Contracts.Endpoints;

/// <summary>Key of a replica: <c>endpoint/variant/revision/index</c>. The revision is that of the deployment that loaded the variant,
/// so a new version runs beside the old one until the endpoint switches.</summary>
public readonly record struct ReplicaKey(string Endpoint, string Variant, long Revision, int Index)
{
    public override string ToString() => FormattableString.Invariant($"{Endpoint}/{Variant}/{Revision}/{Index}");

    /// <exception cref="FormatException">Not a replica's key.</exception>
    public static ReplicaKey Parse(string key)
    {
        var parts = key.Split('/');
        return parts.Length == 4
            ? new ReplicaKey(
                parts[0],
                parts[1],
                long.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture),
                int.Parse(parts[3], System.Globalization.CultureInfo.InvariantCulture))
            : throw new FormatException($"'{key}' is not a replica's key: expected endpoint/variant/revision/index.");
    }

    /// <summary>The keys of all replicas of a variant.</summary>
    public static IEnumerable<ReplicaKey> Of(string endpoint, VariantState variant) =>
        Enumerable.Range(0, variant.Spec.Replicas).Select(i => new ReplicaKey(endpoint, variant.Spec.Name, variant.LoadRevision, i));
}
