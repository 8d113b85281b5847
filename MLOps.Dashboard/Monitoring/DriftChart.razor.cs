using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Client.Monitoring;
using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Monitoring;

/// <summary>A column a window: statistic, threshold, and what the textbook would have said.</summary>
public sealed partial class DriftChart
{
    private const double Headroom = 1.12;
    private const int MostLabels = 12;

    [Parameter, EditorRequired]
    public IReadOnlyList<DriftReport> Reports { get; set; } = [];

    /// <summary>The window whose features are shown.</summary>
    [Parameter]
    public string? InView { get; set; }

    [Parameter]
    public EventCallback<DriftReport> OnView { get; set; }

    private int LabelEvery => Math.Max(1, (int)Math.Ceiling(Reports.Count / (double)MostLabels));

    private double Top => Headroom * Reports.Max(report => Math.Max(Finite(report.Statistic), Finite(report.Threshold)));

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static string Describe(DriftReport report) =>
        $"{report.Window}: {Format.Number(report.Statistic)} against {Format.Number(report.Threshold)}, {(report.Drifted ? "drifted" : "no drift")}; textbook test: {(report.TextbookDrifted ? "alarm" : "no alarm")}";

    private string Height(double value) => Top > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{100 * Finite(value) / Top:0.##}%")
        : "0%";
}
