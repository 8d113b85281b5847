namespace MLOps.AppHost.Demo;

/// <summary>One month of the replay, as the caller saw it.</summary>
/// <param name="Month">First day of the month.</param>
/// <param name="Days">Trading days, one request to each endpoint a day.</param>
/// <param name="ForecastVolatility">Mean one-day-ahead volatility forecast, % a day.</param>
/// <param name="RealisedVolatility">Root mean square of the daily returns, % a day.</param>
/// <param name="Regimes">Mean probability of the calm, normal and turbulent regime.</param>
/// <param name="MedianLatency">Of the requests, over HTTP, as the caller measures it.</param>
internal sealed record ReplayedMonth(
    DateOnly Month,
    int Days,
    double ForecastVolatility,
    double RealisedVolatility,
    IReadOnlyList<double> Regimes,
    TimeSpan MedianLatency);
