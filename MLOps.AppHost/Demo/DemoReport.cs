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

    /// <summary>A line a month, narrow enough for a terminal of 80 columns: what the endpoints said, and how far the inputs were from the training years.</summary>
    public static void Months(IAnsiConsole console, IReadOnlyList<ReplayedMonth> months, IReadOnlyList<DriftReport> drift)
    {
        var verdicts = drift.ToDictionary(report => report.Window);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumn(new TableColumn("month").NoWrap().Padding(0, 0));
        foreach (var heading in (string[])["days", "vol %", "real %", "calm", "norm", "turb", "p50 ms", "drift"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned().NoWrap().Padding(1, 0));
        }

        table.AddColumn(new TableColumn("verdict").NoWrap().Padding(1, 0));
        foreach (var month in months)
        {
            var report = verdicts.GetValueOrDefault(month.Month.ToString("yyyy-MM", Invariant));
            table.AddRow([
                month.Month.ToString("yyyy-MM", Invariant),
                month.Days.ToString(Invariant),
                Number(month.ForecastVolatility),
                Number(month.RealisedVolatility),
                .. month.Regimes.Select(Number),
                Number(month.MedianLatency.TotalMilliseconds),
                report is null ? "-" : Number(report.Statistic),
                report is null ? "-" : report.Drifted ? "[bold red]DRIFT[/]" : "[green]ordinary[/]",
            ]);
        }

        console.Write(table);
        console.WriteLine("vol %: mean forecast volatility a day; real %: root mean square return; calm, norm, turb: mean");
        console.WriteLine(string.Create(
            Invariant,
            $"regime probabilities; drift: largest normalised KS statistic of five features, threshold {(drift.Count == 0 ? double.NaN : drift[^1].Threshold):0.00}."));
        console.WriteLine();
    }

    public static void Verdict(IAnsiConsole console, EndpointDrift measured, IReadOnlyList<ModelAlert> alerts)
    {
        var drift = measured.Reports;
        var drifted = drift.Where(report => report.Drifted).Select(report => report.Window).ToList();
        console.MarkupLineInterpolated(
            Invariant,
            $"Threshold calibrated on contiguous blocks of the training years: [bold]{drifted.Count} of {drift.Count}[/] months alarm{(drifted.Count == 0 ? string.Empty : $" ({string.Join(", ", drifted)})")}.");
        console.MarkupLineInterpolated(
            Invariant,
            $"A textbook Kolmogorov-Smirnov test at 5 % would alarm in [bold]{drift.Count(report => report.TextbookDrifted)} of {drift.Count}[/].");
        if (measured.Late > 0)
        {
            console.MarkupLineInterpolated(Invariant, $"[bold red]{measured.Late}[/] observations were dropped as late: their months had been judged.");
        }

        console.MarkupLineInterpolated(Invariant, $"Measured now, as replay [bold]{measured.Replay!}[/].");
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
        .Select(metric => string.Create(Invariant, $"{metric.Key} {metric.Value:G5}")));

    private static string Number(double value) => value.ToString("0.00", Invariant);

    private static readonly string[] Shown =
        ["loglik", "loglik_constant_variance", "persistence", "val_log_loss", "baseline_prior_log_loss", "baseline_logistic_log_loss", "hmm_filter_log_loss", "val_accuracy_best", "onnx_max_difference"];
}
