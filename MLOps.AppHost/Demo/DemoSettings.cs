namespace MLOps.AppHost.Demo;

/// <summary>What the demo does; the defaults are what the README describes.</summary>
/// <param name="Epochs">Most epochs of the network.</param>
/// <param name="From">First replayed month.</param>
/// <param name="Until">Last replayed month, inclusive.</param>
/// <param name="KeepRunning">Whether the platform goes on after the demo, until Ctrl-C.</param>
internal sealed record DemoSettings(int Epochs, DateOnly From, DateOnly Until, bool KeepRunning)
{
    public const int DefaultEpochs = 12;
    public const string DatasetName = "sp500-daily";
    public const string Experiment = "financial-models";
    public const string VolatilityModel = "sp500-garch";
    public const string RegimeModel = "sp500-regime-tcn";
    public const string VolatilityEndpoint = "sp500-volatility";
    public const string RegimeEndpoint = "sp500-regime";

    /// <summary>Last day that any fit, scaler, label or threshold may know.</summary>
    public static readonly DateOnly TrainEnd = new(2016, 12, 31);

    /// <summary>Last month of the sample.</summary>
    public static readonly DateOnly LastMonth = new(2020, 4, 1);

    /// <returns>What is wrong with the months, with the remedy; null: nothing.</returns>
    public string? Fault()
    {
        if (From > Until)
        {
            return $"--from {From:yyyy-MM} is after --until {Until:yyyy-MM}: there is no month to replay; give --from the earlier one";
        }

        return From > LastMonth ? $"--from {From:yyyy-MM} is after the sample's last month, {LastMonth:yyyy-MM}: there is no month to replay" : null;
    }
}
