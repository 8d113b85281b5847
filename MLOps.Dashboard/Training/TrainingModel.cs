using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Training;
using MLOps.Dashboard.Components;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Training;

/// <summary>Training jobs, the curves of the one in view, and starting another.</summary>
public sealed class TrainingModel(MLOpsClient client) : TrainingChoices(client)
{
    private string? _chosenJob;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<TrainingJob> Jobs { get; private set; } = [];

    /// <summary>The form of the next job.</summary>
    public TrainingForm Form { get; } = new();

    /// <summary>The job whose curves are shown: the chosen one, else the newest that runs, else the newest that ran.</summary>
    public TrainingJob? InView => Jobs.FirstOrDefault(job => job.JobId == _chosenJob)
        ?? Jobs.FirstOrDefault(job => job is { Status: TrainingJobStatus.Running, RunId: not null })
        ?? Jobs.FirstOrDefault(job => job.RunId is not null);

    public IReadOnlyList<RunCurve> Curves { get; private set; } = [];

    public void View(TrainingJob job)
    {
        _chosenJob = job.JobId;
        Draw();
    }

    public Task PauseAsync(TrainingJob job, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.PauseAsync(job.JobId, token), cancellationToken);

    public Task ResumeAsync(TrainingJob job, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.ResumeAsync(job.JobId, token), cancellationToken);

    public Task StopAsync(TrainingJob job, CancellationToken cancellationToken) =>
        ActAsync(token => Client.Training.StopAsync(job.JobId, token), cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => ActAsync(
        async token => _chosenJob = (await Client.Training.StartAsync(Form.ToRequest(), token)).JobId,
        cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Jobs = await Client.Training.ListAsync(cancellationToken);
        await LoadChoicesAsync(cancellationToken);
        Form.Offer(Catalog, Datasets);
        Draw();
    }

    private void Draw()
    {
        RunCurve[] wanted = InView is { RunId: { } runId } job
            ? [new RunCurve(runId, job.Model, !job.IsEnded)]
            : [];
        if (!wanted.SequenceEqual(Curves))
        {
            Curves = wanted;
        }
    }
}
