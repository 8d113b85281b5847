using Microsoft.AspNetCore.Components;
using MLOps.Client.Datasets;
using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Datasets;

/// <summary>One version: how its columns are distributed, its first and last rows.</summary>
public sealed partial class DatasetDetails
{
    [Parameter, EditorRequired]
    public DatasetView View { get; set; } = null!;

    [Parameter]
    public EventCallback OnClose { get; set; }

    private static string Figure(double? value) => value is { } number ? Format.Short(number) : "–";

    private static double? Quantile(ColumnProfile column, double share) => column.Quantiles.FirstOrDefault(quantile => quantile.Share == share)?.Value;

    private static string Align(PreviewColumn column) => column.Type is "long" or "double" ? "num" : "";

    private static string Values(ColumnProfile column) => column switch
    {
        { Present: 0 } => "nothing",
        { First: { } first, Last: { } last } => $"{first} … {last}",
        { Top.Count: > 0, Distinct: { } distinct } => $"{Format.Count(distinct)} different: {string.Join(", ", column.Top.Select(value => $"{value.Value} ({Format.Count(value.Count)})"))}",
        _ => "more different values than are counted",
    };
}
