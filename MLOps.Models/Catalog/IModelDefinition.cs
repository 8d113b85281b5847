using MLOps.Models.Data;

namespace MLOps.Models.Catalog;

/// <summary>One model of the catalogue: what it is, what can be set, how it is trained and what it exports.</summary>
public interface IModelDefinition
{
    /// <summary>Stable identifier, lower case with dashes, for example <c>garch</c>.</summary>
    string Id { get; }

    string Name { get; }

    /// <summary>Category of the catalogue, for example <c>Volatility</c>.</summary>
    string Category { get; }

    string Description { get; }

    IReadOnlyList<HyperParameter> HyperParameters { get; }

    /// <summary>Trains, evaluates, exports to ONNX and checks the export against the trainer. Blocking and CPU-bound: call it off any scheduler that must stay responsive.</summary>
    /// <exception cref="ModelTrainingException">The data or a hyper-parameter does not fit, the fit did not converge, or the ONNX parity failed; the message has the numbers.</exception>
    TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken);
}
