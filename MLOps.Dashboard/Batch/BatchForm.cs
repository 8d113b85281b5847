using MLOps.Client.Batch;
using MLOps.Client.Datasets;
using MLOps.Client.Serving;

namespace MLOps.Dashboard.Batch;

/// <summary>What a person fills in to start a batch job.</summary>
public sealed class BatchForm
{
    public string Endpoint { get; set; } = "";

    public string Dataset { get; set; } = "";

    /// <summary>Names with commas between.</summary>
    public string Passthrough { get; set; } = "";

    public bool SkipsBadRows { get; set; }

    public bool IsReady => Endpoint.Length > 0 && Dataset.Length > 0;

    /// <summary>Chooses the first of each where nothing is chosen.</summary>
    public void Offer(IReadOnlyList<ServingEndpoint> endpoints, IReadOnlyList<Dataset> datasets)
    {
        Endpoint = Endpoint.Length > 0 ? Endpoint : endpoints.Select(endpoint => endpoint.Name).FirstOrDefault("");
        Dataset = Dataset.Length > 0 ? Dataset : datasets.Select(dataset => dataset.Name).FirstOrDefault("");
    }

    public BatchRequest ToRequest()
    {
        var passthrough = Passthrough.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new BatchRequest
        {
            Endpoint = Endpoint,
            Dataset = Dataset,
            PassthroughColumns = passthrough.Length == 0 ? null : passthrough,
            OnError = SkipsBadRows ? "skip" : null,
        };
    }
}
