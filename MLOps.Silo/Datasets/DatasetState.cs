using MLOps.Contracts.Datasets;

namespace MLOps.Silo.Datasets;

/// <summary>The versions of one dataset, oldest first.</summary>
[GenerateSerializer, Alias("mlops.DatasetState")]
public sealed class DatasetState
{
    [Id(0)]
    public List<DatasetVersion> Versions { get; set; } = [];
}
