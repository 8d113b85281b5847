namespace MLOps.Models.Data;

/// <summary>Daily bars as columns; every array has one element a day, dates strictly increasing. Prices in index points or currency, volume in units.</summary>
public sealed record OhlcvSeries(
    IReadOnlyList<DateOnly> Dates,
    double[] Open,
    double[] High,
    double[] Low,
    double[] Close,
    double[] Volume)
{
    public int Count => Dates.Count;
}
