using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Models;

/// <summary>One registered model: its versions, their runs' metrics, and its history.</summary>
public sealed class ModelModel(MLOpsClient client) : LiveModel
{
    private readonly Dictionary<string, Run?> _runs = new(StringComparer.Ordinal);

    public string Name { get; private set; } = "";

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelVersion> Versions { get; private set; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelChange> History { get; private set; } = [];

    public ModelVersion? InProduction => Versions.FirstOrDefault(version => version.CurrentStage == ModelStage.Production);

    public void Show(string name)
    {
        if (name == Name)
        {
            return;
        }

        Name = name;
        Versions = [];
        History = [];
        Reset();
    }

    /// <summary>The run that made a version; null when none did or it is gone.</summary>
    public Run? RunOf(ModelVersion version) => _runs.GetValueOrDefault(version.RunId ?? "");

    /// <returns>Whether the gateway moved it.</returns>
    public Task<bool> TransitionAsync(int version, ModelStage stage, string comment, CancellationToken cancellationToken) => ActAsync(
        token => client.Models.TransitionAsync(Name, version, stage, comment: string.IsNullOrWhiteSpace(comment) ? null : comment.Trim(), cancellationToken: token),
        cancellationToken);

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        Versions = [.. (await client.Models.ListVersionsAsync(Name, cancellationToken)).OrderByDescending(version => version.Version)];
        History = await client.Models.GetHistoryAsync(Name, cancellationToken);
        foreach (var runId in Versions.Select(version => version.RunId).Where(id => !string.IsNullOrEmpty(id) && !_runs.ContainsKey(id)))
        {
            _runs[runId!] = await FindRunAsync(runId!, cancellationToken);
        }
    }

    private async Task<Run?> FindRunAsync(string runId, CancellationToken cancellationToken)
    {
        try
        {
            return await client.Runs.GetAsync(runId, cancellationToken);
        }
        catch (MLOpsClientException e) when (e.Status == System.Net.HttpStatusCode.NotFound)
        {
            // A version outlives its run.
            return null;
        }
    }
}
