namespace MLOps.Contracts.Datasets;

/// <summary>How a version's columns are distributed, and its first and last rows: a file beside the data, too large for a grain's state.</summary>
/// <param name="Head">The first rows, as text; null: missing. Long cells are cut.</param>
/// <param name="Tail">The last rows, none of them in <paramref name="Head"/>.</param>
public sealed record DatasetProfile(
    long Rows,
    IReadOnlyList<ColumnProfile> Columns,
    IReadOnlyList<IReadOnlyList<string?>> Head,
    IReadOnlyList<IReadOnlyList<string?>> Tail)
{
    /// <summary>Of the version's folder.</summary>
    public const string FileName = "profile.json";
}

/// <summary>One column. What does not apply to its type is null or empty.</summary>
/// <param name="Type">As in <see cref="DatasetColumn"/>.</param>
/// <param name="Present">Cells that are not missing.</param>
/// <param name="Deviation">Sample standard deviation (ddof 1).</param>
/// <param name="Quantiles">Of numbers: exact up to 4,096 values, beyond that within 0.2 % in rank.</param>
/// <param name="Histogram">Of numbers: exact counts in bins as wide as a power of two.</param>
/// <param name="Distinct">Different values of texts, booleans and dates; null: more than the profile counts.</param>
/// <param name="Top">The most frequent of them, where all are counted.</param>
/// <param name="First">Earliest date or time, as written.</param>
/// <param name="Last">Latest date or time, as written.</param>
public sealed record ColumnProfile(
    string Name,
    string Type,
    long Present,
    long Missing,
    double? Min,
    double? Max,
    double? Mean,
    double? Deviation,
    IReadOnlyList<ColumnQuantile> Quantiles,
    IReadOnlyList<HistogramBin> Histogram,
    int? Distinct,
    IReadOnlyList<ValueCount> Top,
    string? First,
    string? Last);

/// <param name="Share">Share of the values that do not exceed <paramref name="Value"/>, 0..1.</param>
public sealed record ColumnQuantile(double Share, double Value);

/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record HistogramBin(double From, double To, long Count);

public sealed record ValueCount(string Value, long Count);
