using MLOps.Models.Catalog;
using MLOps.Models.Neural.Allocator.Ppo;
using MLOps.Models.Neural.Training;

namespace MLOps.Models.Neural.Allocator;

/// <summary>Hyper-parameters of the strategy allocator.</summary>
/// <param name="Cost">Share of what is bought or sold.</param>
internal sealed record AllocatorSettings(PpoSettings Ppo, double Cost, double RiskAversion, double ValidationFraction)
{
    private const double BasisPoint = 1e-4;

    public static IReadOnlyList<HyperParameter> Declared { get; } =
    [
        HyperParameterOf.RealNumber("cost_bp", 10, 0, 1000, "Cost of a trade in basis points of what is bought or sold; part of the reward."),
        HyperParameterOf.RealNumber("risk_aversion", 5, 1, 100, "Relative risk aversion of the investor; 1: nothing counts but growth."),
        HyperParameterOf.WholeNumber("iterations", 150, 1, 100_000, "Rounds of collecting steps and learning from them."),
        HyperParameterOf.WholeNumber("environments", 16, 1, 1024, "Stretches of history that are walked at once."),
        HyperParameterOf.WholeNumber("horizon", 64, 2, 2048, "Steps of each stretch in one iteration."),
        HyperParameterOf.WholeNumber("passes", 4, 1, 100, "Passes over what an iteration collected."),
        HyperParameterOf.WholeNumber("batch_size", 256, 8, 65_536, "Steps in one step of the optimiser."),
        HyperParameterOf.RealNumber("learning_rate", 0.0003, 1e-6, 0.1, "Step size of Adam at the start; it falls to nothing along a line."),
        HyperParameterOf.RealNumber("discount", 0.99, 0, 0.9999, "What a reward one step later counts."),
        HyperParameterOf.RealNumber("trace", 0.95, 0, 1, "Lambda of the generalised advantage estimates."),
        HyperParameterOf.RealNumber("clip", 0.2, 0.01, 1, "How far the policy's ratio may leave 1 before it earns nothing more."),
        HyperParameterOf.RealNumber("entropy", 0, 0, 1, "Weight of the policy's entropy in the objective."),
        HyperParameterOf.RealNumber("exploration", 0.5, 0.01, 5, "Standard deviation of the logits at the start."),
        HyperParameterOf.WholeNumber("hidden", 64, 4, 1024, "Width of both hidden layers, of the policy and of the value."),
        HyperParameterOf.RealNumber("validation_fraction", 0.25, 0.05, 0.5, "Last part of the training rows that the policy never sees; it is scored there beside equal weights and chooses nothing."),
        HyperParameterOf.WholeNumber("seed", 1, 0, int.MaxValue, "Seed of all that is random: the weights, the stretches, the exploration."),
        NeuralSettings.ThreadsParameter,
    ];

    public static AllocatorSettings From(HyperParameterValues values) => new(
        new PpoSettings(
            values.WholeNumber("iterations"),
            values.WholeNumber("environments"),
            values.WholeNumber("horizon"),
            values.WholeNumber("passes"),
            values.WholeNumber("batch_size"),
            values.RealNumber("learning_rate"),
            values.RealNumber("discount"),
            values.RealNumber("trace"),
            values.RealNumber("clip"),
            values.RealNumber("entropy"),
            values.RealNumber("exploration"),
            values.WholeNumber("hidden"),
            values.WholeNumber("seed"),
            values.WholeNumber("threads")),
        values.RealNumber("cost_bp") * BasisPoint,
        values.RealNumber("risk_aversion"),
        values.RealNumber("validation_fraction"));
}
