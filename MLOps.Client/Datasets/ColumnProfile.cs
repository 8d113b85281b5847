namespace MLOps.Client.Datasets;

/// <summary>One column of a version. What does not apply to its type is null or empty.</summary>
public sealed record ColumnProfile
{
    public required string Name { get; init; }

    /// <summary><c>long</c>, <c>double</c>, <c>boolean</c>, <c>date</c>, <c>datetime</c> or <c>string</c>.</summary>
    public string Type { get; init; } = "";

    /// <summary>Cells that are not missing.</summary>
    public long Present { get; init; }

    public long Missing { get; init; }

    public double? Min { get; init; }

    public double? Max { get; init; }

    public double? Mean { get; init; }

    /// <summary>Sample standard deviation.</summary>
    public double? Deviation { get; init; }

    /// <summary>Of numbers: exact up to 4,096 values, beyond that within 0.2 % in rank.</summary>
    public IReadOnlyList<ColumnQuantile> Quantiles { get; init; } = [];

    /// <summary>Of numbers, with exact counts.</summary>
    public IReadOnlyList<HistogramBin> Histogram { get; init; } = [];

    /// <summary>Different values of anything but numbers; null: more than are counted.</summary>
    public int? Distinct { get; init; }

    /// <summary>The most frequent of them.</summary>
    public IReadOnlyList<ValueCount> Top { get; init; } = [];

    /// <summary>Earliest date or time.</summary>
    public string? First { get; init; }

    /// <summary>Latest date or time.</summary>
    public string? Last { get; init; }
}

/// <param name="Share">Share of the values that do not exceed <paramref name="Value"/>, 0..1.</param>
public sealed record ColumnQuantile(double Share, double Value);

/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
public sealed record HistogramBin(double From, double To, long Count);

public sealed record ValueCount(string Value, long Count);
