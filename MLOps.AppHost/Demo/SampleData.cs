namespace MLOps.AppHost.Demo;

/// <summary>The sample that ships with the product.</summary>
internal static class SampleData
{
    /// <summary>S&amp;P 500 daily bars 2000-2020, copied beside the program at build.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "samples", "data", "sp500_daily_ohlcv_2000_2020.csv");
}
