namespace MLOps.Models.Classical.ValueAtRisk;

/// <summary>How the Basel committee (1996, "Supervisory framework for the use of backtesting") judges a number of exceptions.</summary>
/// <param name="Probability">Of exactly so many under a right model.</param>
/// <param name="Cumulative">Of so many or fewer.</param>
/// <param name="AtLeast">Of so many or more: of punishing a right model if this number is punished (type 1 error).</param>
public sealed record TrafficLight(TrafficZone Zone, double Probability, double Cumulative, double AtLeast);
