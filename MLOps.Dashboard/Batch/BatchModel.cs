using MLOps.Client;
using MLOps.Client.Batch;
using MLOps.Client.Datasets;
using MLOps.Client.Serving;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Batch;

/// <summary>Batch inference jobs, and starting another.</summary>
public sealed class BatchModel(MLOpsClient client) : LiveModel
{
    /// <summary>Newest first.</summary>
    public IReadOnlyList<BatchJob> Jobs { get; private set; } = [];

    public IReadOnlyList<ServingEndpoint> Endpoints { get; private set; } = [];

    public IReadOnlyList<Dataset> Datasets { get; private set; } = [];

    /// <summary>The form of the next job.</summary>
    public BatchForm Form { get; } = new();

    public Task StartAsync(CancellationToken cancellationToken) => ActAsync(token => client.Batch.StartAsync(Form.ToRequest(), token), cancellationToken);

    public Task PauseAsync(BatchJob job, CancellationToken cancellationToken) => ActAsync(token => client.Batch.PauseAsync(job.JobId, token), cancellationToken);

    public Task ResumeAsync(BatchJob job, CancellationToken cancellationToken) => ActAsync(token => client.Batch.ResumeAsync(job.JobId, token), cancellationToken);

    public Task StopAsync(BatchJob job, CancellationToken cancellationToken) => ActAsync(token => client.Batch.StopAsync(job.JobId, token), cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Jobs = await client.Batch.ListAsync(cancellationToken);
        Endpoints = await client.Serving.ListAsync(cancellationToken);
        Datasets = await client.Datasets.ListAsync(cancellationToken);
        Form.Offer(Endpoints, Datasets);
    }
}
