using System.Globalization;
using MLOps.Client.Datasets;
using MLOps.Client.Monitoring;
using MLOps.Client.Runs;
using MLOps.Client.Training;
using Spectre.Console;

namespace MLOps.AppHost.Demo;

/// <summary>What the demo shows at its end.</summary>
internal static class DemoReport
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <summary>A line a month: what the endpoints said, and how far the inputs were from the training years.</summary>
    public static void Months(IAnsiConsole console, IReadOnlyList<ReplayedMonth> months, IReadOnlyList<DriftReport> drift)
    {
        var verdicts = drift.ToDictionary(report => report.Window);
        var table = new Table().Border(TableBorder.Simple).Title("Replay: what the endpoints answered, and the drift of their inputs");
        table.AddColumn("month");
        foreach (var heading in (string[])["days", "vol forecast %", "realised %", "calm / normal / turbulent", "p50 ms", "drift", "threshold"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        table.AddColumn("verdict");
        foreach (var month in months)
        {
            var report = verdicts.GetValueOrDefault(month.Month.ToString("yyyy-MM", Invariant));
            table.AddRow(
                month.Month.ToString("yyyy-MM", Invariant),
                month.Days.ToString(Invariant),
                month.ForecastVolatility.ToString("0.00", Invariant),
                month.RealisedVolatility.ToString("0.00", Invariant),
                string.Join(" / ", month.Regimes.Select(probability => probability.ToString("0.00", Invariant))),
                month.MedianLatency.TotalMilliseconds.ToString("0.0", Invariant),
                report?.Statistic.ToString("0.00", Invariant) ?? "-",
                report?.Threshold.ToString("0.00", Invariant) ?? "-",
                report is null ? "-" : report.Drifted ? "[bold red]DRIFT[/]" : "[green]ordinary[/]");
        }

        console.Write(table);
    }

    public static void Verdict(IAnsiConsole console, IReadOnlyList<DriftReport> drift, IReadOnlyList<ModelAlert> alerts)
    {
        var drifted = drift.Where(report => report.Drifted).Select(report => report.Window).ToList();
        console.MarkupLineInterpolated(
            Invariant,
            $"Threshold calibrated on contiguous blocks of the training years: [bold]{drifted.Count} of {drift.Count}[/] months alarm{(drifted.Count == 0 ? string.Empty : $" ({string.Join(", ", drifted)})")}.");
        console.MarkupLineInterpolated(
            Invariant,
            $"A textbook Kolmogorov-Smirnov test at 5 % would alarm in [bold]{drift.Count(report => report.TextbookDrifted)} of {drift.Count}[/].");
        foreach (var alert in alerts.Where(alert => alert.IsOpen))
        {
            console.MarkupLineInterpolated($"[bold red]ALERT[/] {alert.Message}");
        }

        console.WriteLine();
    }

    public static void Made(IAnsiConsole console, string url, DatasetVersion dataset, Run volatility, TrainingJob volatilityJob, Run regime, TrainingJob regimeJob)
    {
        var table = new Table().Border(TableBorder.Rounded).Title("What was made");
        table.AddColumns("what", "which", "facts");
        table.AddRow("dataset", $"{dataset.Name} v{dataset.Version}", string.Create(Invariant, $"{dataset.Rows} bars, {dataset.FirstDate} to {dataset.LastDate}, digest {dataset.Digest}"));
        Row("run", volatility.Info.RunName, Facts(volatility));
        Row("run", regime.Info.RunName, Facts(regime));
        Row("version", $"{volatilityJob.ModelName} v{volatilityJob.ModelVersion}", "Production");
        Row("version", $"{regimeJob.ModelName} v{regimeJob.ModelVersion}", "Production");
        Row("endpoint", DemoSettings.VolatilityEndpoint, $"models:/{DemoSettings.VolatilityModel}/Production");
        Row("endpoint", DemoSettings.RegimeEndpoint, $"models:/{DemoSettings.RegimeModel}/Production");
        console.Write(table);

        // Plain lines: a table would cut the addresses in a narrow terminal.
        Console.WriteLine(
            $"""
            Look at
              overview     {url}/
              runs         {url}/experiments/{DemoSettings.Experiment}
              curves       {url}/runs/{regime.Info.RunId}
              models       {url}/registry
              endpoints    {url}/deployment
              the alert    {url}/monitoring
            """);
        return;

        void Row(string what, string which, string facts) => table.AddRow(Markup.Escape(what), Markup.Escape(which), Markup.Escape(facts));
    }

    /// <summary>The final figures that a reader compares first, each beside its baseline.</summary>
    private static string Facts(Run run) => string.Join(", ", run.Metrics
        .Where(metric => Shown.Contains(metric.Key))
        .OrderBy(metric => Array.IndexOf(Shown, metric.Key))
        .Select(metric => string.Create(Invariant, $"{metric.Key} {metric.Value:0.####}")));

    private static readonly string[] Shown =
        ["loglik", "loglik_constant_variance", "persistence", "val_log_loss", "baseline_prior_log_loss", "baseline_logistic_log_loss", "val_accuracy", "onnx_max_difference"];
}
