namespace MLOps.Models.Classical.ValueAtRisk;

internal enum VarMethod
{
    /// <summary>Quantile of the window's returns, each divided by its day's EWMA volatility, times tomorrow's (Barone-Adesi, Giannopoulos and Vosper 1999, with EWMA for GARCH).</summary>
    FilteredHistorical = 0,

    /// <summary>Tomorrow's EWMA volatility times the normal quantile (RiskMetrics).</summary>
    EwmaNormal,

    /// <summary>Tomorrow's EWMA volatility times the quantile of a Student t fitted to the standardised returns.</summary>
    EwmaStudentT,

    /// <summary>Quantile of the window's returns.</summary>
    Historical,
}
