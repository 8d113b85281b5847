using MLOps.Client;
using MLOps.Client.Artifacts;
using MLOps.Client.Runs;
using MLOps.Dashboard.Components;
using MLOps.Dashboard.Live;

namespace MLOps.Dashboard.Runs;

/// <summary>One run, whole.</summary>
public sealed class RunModel(MLOpsClient client) : LiveModel
{
    private readonly Dictionary<string, IReadOnlyList<ArtifactFile>> _folders = new(StringComparer.Ordinal);

    public string RunId { get; private set; } = "";

    public Run? Run { get; private set; }

    /// <summary>The run's experiment, by name; its id when the name is not to be had.</summary>
    public string ExperimentName { get; private set; } = "";

    /// <summary>What the charts draw.</summary>
    public IReadOnlyList<RunCurve> Curves { get; private set; } = [];

    /// <summary>The files of the folders that have been opened, the top (empty path) among them.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<ArtifactFile>> Folders => _folders;

    /// <summary>Tags that people set; those of the protocol itself begin with <c>mlflow.</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> OwnTags => Run!.Tags.Where(tag => !IsProtocol(tag.Key)).OrderBy(tag => tag.Key, StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, string>> ProtocolTags => Run!.Tags.Where(tag => IsProtocol(tag.Key)).OrderBy(tag => tag.Key, StringComparer.Ordinal);

    public void Show(string runId)
    {
        if (runId == RunId)
        {
            return;
        }

        RunId = runId;
        Run = null;
        Curves = [];
        _folders.Clear();
        Reset();
    }

    /// <summary>Opens a folder of artifacts, or closes it.</summary>
    public async Task ToggleFolderAsync(string path, CancellationToken cancellationToken)
    {
        if (!_folders.Remove(path))
        {
            await ActAsync(async token => _folders[path] = await client.Artifacts.ListAsync(RunId, path, token), cancellationToken);
        }
    }

    protected override async Task LoadAsync(CancellationToken cancellationToken)
    {
        var run = await client.Runs.GetAsync(RunId, cancellationToken);
        if (run.Info.ExperimentId != Run?.Info.ExperimentId)
        {
            var experiments = await client.Experiments.ListAsync(cancellationToken);
            ExperimentName = experiments.FirstOrDefault(e => e.ExperimentId == run.Info.ExperimentId)?.Name ?? run.Info.ExperimentId;
        }

        // Files of an ended run seldom change; those of a live one appear at any time.
        var ended = run.Info.Status is not RunStatus.Running;
        if (!ended || Run is null || Run.Info.Status != run.Info.Status)
        {
            _folders[""] = await client.Artifacts.ListAsync(RunId, null, cancellationToken);
        }

        Run = run;
        var curve = new RunCurve(RunId, run.Info.RunName, !ended);
        if (Curves.Count == 0 || Curves[0] != curve)
        {
            Curves = [curve];
        }
    }

    private static bool IsProtocol(string key) => key.StartsWith("mlflow.", StringComparison.Ordinal);
}
