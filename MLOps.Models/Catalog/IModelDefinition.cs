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

    /// <summary>What a dataset must have to be trained on.</summary>
    DataNeeds Data { get; }

    /// <summary>Whether it can be trained behind a feature pipeline, with some hyper-parameters at least. Default: unless it makes its features of bars.</summary>
    bool TakesFeatures => !Data.IsBars;

    /// <summary>What a feature pipeline must make for it. Default: what a dataset must have.</summary>
    /// <param name="parameters">Given hyper-parameters.</param>
    DataNeeds BehindFeatures(IReadOnlyDictionary<string, string> parameters) => Data;

    /// <summary>Inputs and outputs of what will be served; -1 where a length is free or the data or a hyper-parameter decides it.</summary>
    ModelSignature Signature { get; }

    /// <summary>Whether it can be trained on rows from which some were taken out in between, as cross-validation does. Default: it does not say so, and is not.</summary>
    RowContinuity Continuity => RowContinuity.Unbroken("its definition does not say that it heeds gaps");

    /// <summary>Whether it makes one figure of all rows of a day, so that an evaluation must not tear days. Default: it does not.</summary>
    /// <param name="parameters">Given hyper-parameters.</param>
    bool MakesDays(IReadOnlyDictionary<string, string> parameters) => false;

    /// <summary>How many rows ahead a row's label looks, where the model makes it of other rows: such labels never reach out of a piece of rows. 0: a row is all that there is to it. Null: labels are in columns of the data, whose makers know.</summary>
    /// <param name="parameters">Given hyper-parameters.</param>
    int? LabelHorizon(IReadOnlyDictionary<string, string> parameters) => null;

    /// <summary>Trains, evaluates, exports to ONNX and checks the export against the trainer. Blocking and CPU-bound: call it off any scheduler that must stay responsive.</summary>
    /// <exception cref="ModelTrainingException">The data or a hyper-parameter does not fit, the fit did not converge, or the ONNX parity failed; the message has the numbers.</exception>
    TrainedModel Train(TrainingRequest request, ITrainingObserver observer, CancellationToken cancellationToken);

    /// <summary>Scores a trained model on rows that it has not seen, by its files alone, beside the baseline that its card names: what a walk-forward evaluation asks after each training.</summary>
    /// <param name="model">What <see cref="Train"/> of this definition gave.</param>
    /// <param name="data">All rows in order of time, the training rows among them. In a cross-validation training rows that came later are pieces before the others: they are as well known.</param>
    /// <param name="from">First row to score; those before it are history only.</param>
    /// <param name="to">Row after the last to score.</param>
    /// <returns>Figures by name, the baseline's beside the model's own; the same names whatever the rows.</returns>
    /// <exception cref="ModelTrainingException">The rows do not fit the model, or there are too few of them to score.</exception>
    IReadOnlyDictionary<string, double> Evaluate(TrainedModel model, TrainingData data, int from, int to, CancellationToken cancellationToken);
}
