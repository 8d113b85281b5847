namespace MLOps.Silo.Catalog;

[GenerateSerializer, Alias("mlops.NameIndexState")]
internal sealed class NameIndexState
{
    /// <summary>Unique, in ordinal order. A list, because a set loses its comparer in storage.</summary>
    [Id(0)]
    public List<string> Names { get; set; } = [];
}
