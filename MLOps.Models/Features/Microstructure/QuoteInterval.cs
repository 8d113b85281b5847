namespace MLOps.Models.Features.Microstructure;

/// <summary>Quotes of one interval of the clock.</summary>
/// <param name="Start">UTC.</param>
/// <param name="From">First row; the one before it is the quote in force when the interval began.</param>
/// <param name="To">Row after the last.</param>
/// <param name="MiddleChange">From the middle of the quote before the interval to that of its last, in price.</param>
/// <param name="BidFlow">Sum of <see cref="OrderFlow.BidSide"/>.</param>
/// <param name="AskFlow">Sum of <see cref="OrderFlow.AskSide"/>.</param>
public readonly record struct QuoteInterval(DateTime Start, int From, int To, double MiddleChange, double BidFlow, double AskFlow)
{
    /// <summary>Order flow imbalance, in units of quoted size.</summary>
    public double Imbalance => BidFlow - AskFlow;
}
