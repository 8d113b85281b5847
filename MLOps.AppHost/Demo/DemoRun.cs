using System.Globalization;
using MLOps.Client;
using MLOps.Client.Datasets;
using MLOps.Client.Models;
using MLOps.Client.Monitoring;
using MLOps.Client.Training;
using Spectre.Console;

namespace MLOps.AppHost.Demo;

/// <summary>The main job on real input, step by step, through the HTTP API alone.</summary>
internal sealed class DemoRun(MLOpsClient client, DemoSettings settings, string url, IAnsiConsole console)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var bars = await SampleData.ReadAsync(cancellationToken);
        DatasetVersion dataset = null!;
        TrainingJob volatility = null!;
        TrainingJob regime = null!;
        IReadOnlyList<ReplayedMonth> months = [];
        var replayId = string.Empty;

        await console.Progress()
            .AutoClear(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async progress =>
            {
                dataset = await StepAsync(progress, "Register the S&P 500 bars", _ => RegisterAsync(cancellationToken));
                volatility = await StepAsync(progress, "Train GARCH(1,1)", task => TrainAsync("garch", DemoSettings.VolatilityModel, dataset, [], task, cancellationToken));
                regime = await StepAsync(progress, "Train the TCN regime classifier", task => TrainAsync(
                    "tcn-regime-classifier",
                    DemoSettings.RegimeModel,
                    dataset,
                    new() { ["epochs"] = settings.Epochs.ToString(CultureInfo.InvariantCulture) },
                    task,
                    cancellationToken));
                await StepAsync(progress, "Promote to Staging, then Production", async _ =>
                {
                    await PromoteAsync(volatility, cancellationToken);
                    await PromoteAsync(regime, cancellationToken);
                    return true;
                });
                await StepAsync(progress, "Deploy the endpoints", async _ =>
                {
                    await client.Serving.DeployAsync(DemoSettings.VolatilityEndpoint, $"models:/{DemoSettings.VolatilityModel}/Production", cancellationToken);
                    await client.Serving.DeployAsync(DemoSettings.RegimeEndpoint, $"models:/{DemoSettings.RegimeModel}/Production", cancellationToken);
                    return true;
                });
                replayId = $"demo-{regime.RunId![..8]}";
                var replay = new Replay(client, bars, settings, replayId);
                months = await StepAsync(progress, "Replay the market over HTTP", async task => await replay.RunAsync(
                    await GarchState.LoadAsync(client, volatility.RunId!, cancellationToken),
                    fraction => task.Value = 100 * fraction,
                    cancellationToken));
            });

        var drift = await client.Monitoring.EvaluateAsync(DemoSettings.RegimeEndpoint, replayId, cancellationToken);
        var volatilityDrift = await client.Monitoring.EvaluateAsync(DemoSettings.VolatilityEndpoint, replayId, cancellationToken);
        var alerts = await client.Monitoring.ListAlertsAsync(cancellationToken);
        DemoReport.Months(console, months, drift.Reports);
        DemoReport.Verdict(console, drift, [.. alerts.Where(alert => alert.Endpoint == DemoSettings.RegimeEndpoint && alert.Replay == replayId)]);
        DemoReport.Made(
            console,
            url,
            dataset,
            await client.Runs.GetAsync(volatility.RunId!, cancellationToken),
            volatility,
            await client.Runs.GetAsync(regime.RunId!, cancellationToken),
            regime);
        CheckJudged(months, drift);
        CheckJudged(months, volatilityDrift);
    }

    /// <summary>A month without a verdict is no quiet month: it was not watched.</summary>
    private static void CheckJudged(IReadOnlyList<ReplayedMonth> months, EndpointDrift drift)
    {
        var judged = drift.Reports.Select(report => report.Window).ToHashSet();
        var missing = months.Select(month => month.Month.ToString("yyyy-MM", CultureInfo.InvariantCulture)).Where(month => !judged.Contains(month)).ToList();
        if (missing.Count > 0)
        {
            throw new DemoException($"{missing.Count} of {months.Count} replayed months have no verdict on endpoint {drift.Endpoint} ({string.Join(", ", missing)}); {drift.Late} observations of the replay were dropped as late, and mlops.capture.dropped counts those that did not reach the monitor");
        }
    }

    private static async Task<T> StepAsync<T>(ProgressContext progress, string description, Func<ProgressTask, Task<T>> work)
    {
        var task = progress.AddTask(Markup.Escape(description));
        var result = await work(task);
        task.Value = task.MaxValue;
        task.StopTask();
        return result;
    }

    private async Task<DatasetVersion> RegisterAsync(CancellationToken cancellationToken)
    {
        await using var csv = File.OpenRead(SampleData.Path);
        return await client.Datasets.UploadAsync(DemoSettings.DatasetName, csv, "ohlcv", cancellationToken);
    }

    private async Task<TrainingJob> TrainAsync(
        string model,
        string registerAs,
        DatasetVersion dataset,
        Dictionary<string, string> parameters,
        ProgressTask task,
        CancellationToken cancellationToken)
    {
        var started = await client.Training.StartAsync(
            new TrainingRequest
            {
                Model = model,
                Dataset = dataset.Name,
                DatasetVersion = dataset.Version,
                Experiment = DemoSettings.Experiment,
                RunName = $"{registerAs}-to-{DemoSettings.TrainEnd.Year}",
                TrainEnd = DemoSettings.TrainEnd,
                Parameters = parameters,
                RegisterAs = registerAs,
            },
            cancellationToken);
        var ended = await client.Training.WaitAsync(started.JobId, job => task.Value = 100 * job.Progress, cancellationToken: cancellationToken);
        return ended.EnsureCompleted();
    }

    private async Task PromoteAsync(TrainingJob job, CancellationToken cancellationToken)
    {
        foreach (var stage in (ModelStage[])[ModelStage.Staging, ModelStage.Production])
        {
            await client.Models.TransitionAsync(job.ModelName!, job.ModelVersion!.Value, stage, comment: "demo", cancellationToken: cancellationToken);
        }
    }
}
