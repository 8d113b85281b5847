using MLOps.Client;
using MLOps.Client.Models;
using MLOps.Client.Runs;
using MLOps.Testing;

namespace MLOps.EndToEnd.Tests;

/// <summary>A client that is not ours: the npm package mlflow, by tests/foreign/npm/track.js.</summary>
public sealed class ForeignClientTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task NpmMlflow_TracksSearchesAndRegisters_TheServerHoldsIt()
    {
        Assert.SkipWhen(NpmPackages.Missing("mlflow") is not null, NpmPackages.Missing("mlflow") ?? string.Empty);
        using var data = new TemporaryFolder();
        await using var platform = await PlatformProcess.StartAsync(data.Path, Cancelled);

        var said = await NpmPackages.RunAsync("track.js", [platform.Url], Cancelled);

        using var client = new MLOpsClient(new Uri(platform.Url), new MLOpsClientOptions());
        var experiment = await client.Experiments.GetAsync("from-npm", Cancelled);
        Assert.Equal(experiment.ExperimentId, said.GetProperty("experiment_id").GetString());
        Assert.Equal("from-npm", said.GetProperty("experiment_name").GetString());
        Assert.Equal("npm", experiment.Tags["client"]);

        var run = await client.Runs.GetAsync(said.GetProperty("run_id").GetString()!, Cancelled);
        Assert.Equal((RunStatus.Finished, "npm-run", "ana"), (run.Info.Status, run.Info.RunName, run.Info.UserId));
        Assert.Equal(new Dictionary<string, double> { ["loss"] = 0.2, ["auc"] = 0.75 }, run.Metrics);
        Assert.Equal(new Dictionary<string, string> { ["lr"] = "0.001", ["model"] = "tcn" }, run.Params);
        Assert.Equal(("draft", "rates"), (run.Tags["stage"], run.Tags["desk"]));
        Assert.DoesNotContain("gone", run.Tags.Keys);
        var history = await client.Runs.GetHistoryAsync(run.Info.RunId, "loss", Cancelled).ToListAsync(Cancelled);
        Assert.Equal(Enumerable.Range(0, 5).Select(step => (long)step), history.Select(metric => metric.Step));
        Assert.Equal(history.Select(metric => metric.Value), said.GetProperty("history").EnumerateArray().Select(value => value.GetDouble()));

        Assert.Equal([run.Info.RunId], said.GetProperty("found").EnumerateArray().Select(id => id.GetString()));
        Assert.Equal(0, said.GetProperty("none").GetInt32());
        Assert.Equal([0.5, 0.4, 0.3, 0.2, 0.1], said.GetProperty("ranked").EnumerateArray().Select(score => score.GetDouble()));
        Assert.Equal(3, said.GetProperty("pages").GetInt32());
        Assert.Contains("Invalid clause(s) in filter string", said.GetProperty("wrong").GetString(), StringComparison.Ordinal);
        Assert.Equal(run.Info.ArtifactUri, said.GetProperty("root").GetString());
        Assert.Contains("Changing param values is not allowed", said.GetProperty("refused").GetString(), StringComparison.Ordinal);

        var version = Assert.Single(await client.Models.ListVersionsAsync("npm-model", Cancelled));
        Assert.Equal((1, ModelStage.Production, run.Info.RunId), (version.Version, version.CurrentStage, version.RunId));
        Assert.Equal(("1", "Production"), (said.GetProperty("version").GetString(), said.GetProperty("stage").GetString()));
    }
}
