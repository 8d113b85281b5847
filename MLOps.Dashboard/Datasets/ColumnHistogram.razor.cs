using System.Globalization;
using Microsoft.AspNetCore.Components;
using MLOps.Client.Datasets;
using MLOps.Dashboard.Components;

namespace MLOps.Dashboard.Datasets;

/// <summary>A column's histogram as small bars, each with its range and count to read.</summary>
public sealed partial class ColumnHistogram
{
    private const int Width = 128;
    private const int Height = 28;

    /// <summary>A bin that is not empty can be seen.</summary>
    private const double LeastHeight = 1;

    [Parameter, EditorRequired]
    public ColumnProfile Column { get; set; } = null!;

    private string Label => $"Histogram of {Column.Name}: {Format.Short(Column.Min ?? double.NaN)} to {Format.Short(Column.Max ?? double.NaN)}";

    private IEnumerable<(double X, double Y, double Width, double Height, string Title)> Bars
    {
        get
        {
            var most = Column.Histogram.Max(bin => bin.Count);
            var width = (double)Width / Column.Histogram.Count;
            for (var i = 0; i < Column.Histogram.Count; i++)
            {
                var bin = Column.Histogram[i];
                if (bin.Count > 0)
                {
                    var height = Math.Max(LeastHeight, (double)Height * bin.Count / most);
                    yield return (i * width, Height - height, Math.Max(1, width - 0.5), height, $"{Format.Short(bin.From)} to {Format.Short(bin.To)}: {Format.Count(bin.Count)}");
                }
            }
        }
    }

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
