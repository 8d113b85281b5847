namespace MLOps.Monitoring.Drift;

/// <summary>How a drift threshold is calibrated.</summary>
/// <param name="BlockLength">Rows of a block: about as many as a window will have; 21 trading days are a month.</param>
/// <param name="Quantile">Quantile of the blocks' statistics: 0.99 lets one window in a hundred alarm while the market is as it was in training.</param>
public sealed record CalibrationOptions(int BlockLength = 21, double Quantile = 0.99)
{
    /// <summary>Blocks' worth of rows below which no threshold is made: the tail of fewer says nothing.</summary>
    public const int MinimumBlocks = 10;
}
