namespace MLOps.Silo.Catalog;

/// <summary>What a name index keeps in storage.</summary>
[GenerateSerializer, Alias("mlops.NameIndexState")]
internal sealed class NameIndexState
{
    [Id(0)]
    public SortedSet<string> Names { get; set; } = new(StringComparer.Ordinal);
}
