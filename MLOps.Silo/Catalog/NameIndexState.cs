namespace MLOps.Silo.Catalog;

[GenerateSerializer, Alias("mlops.NameIndexState")]
internal sealed class NameIndexState
{
    [Id(0)]
    public SortedSet<string> Names { get; set; } = new(StringComparer.Ordinal);
}
