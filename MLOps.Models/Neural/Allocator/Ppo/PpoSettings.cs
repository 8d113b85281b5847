namespace MLOps.Models.Neural.Allocator.Ppo;

/// <summary>Proximal policy optimisation (Schulman et al. 2017) with generalised advantage estimates (Schulman et al. 2016).</summary>
/// <param name="Iterations">Rounds of collecting and learning.</param>
/// <param name="Environments">Copies of the environment that are walked at once.</param>
/// <param name="Horizon">Steps of each copy in an iteration.</param>
/// <param name="Passes">Passes over what an iteration collected.</param>
/// <param name="Discount">γ.</param>
/// <param name="Trace">λ of the advantage estimates.</param>
/// <param name="Clip">How far the policy's ratio may leave 1 before it earns nothing more.</param>
/// <param name="Entropy">Weight of the policy's entropy in the objective.</param>
/// <param name="Exploration">Standard deviation of the logits at the start.</param>
internal sealed record PpoSettings(
    int Iterations,
    int Environments,
    int Horizon,
    int Passes,
    int BatchSize,
    double LearningRate,
    double Discount,
    double Trace,
    double Clip,
    double Entropy,
    double Exploration,
    int Hidden,
    int Seed,
    int Threads);
