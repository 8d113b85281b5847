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
                var replay = new Replay(client, bars, settings);
                months = await StepAsync(progress, "Replay the market over HTTP", async task => await replay.RunAsync(
                    await GarchState.LoadAsync(client, volatility.RunId!, cancellationToken),
                    fraction => task.Value = 100 * fraction,
                    cancellationToken));
            });

        var drift = await client.Monitoring.EvaluateAsync(DemoSettings.RegimeEndpoint, cancellationToken);
        await client.Monitoring.EvaluateAsync(DemoSettings.VolatilityEndpoint, cancellationToken);
        var alerts = await client.Monitoring.ListAlertsAsync(cancellationToken);
        DemoReport.Months(console, months, drift);
        DemoReport.Verdict(console, drift, [.. alerts.Where(alert => alert.Endpoint == DemoSettings.RegimeEndpoint)]);
        DemoReport.Made(
            console,
            url,
            dataset,
            await client.Runs.GetAsync(volatility.RunId!, cancellationToken),
            volatility,
            await client.Runs.GetAsync(regime.RunId!, cancellationToken),
            regime);
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
