using MLOps.Models.Data;

namespace MLOps.Models.Catalog;

/// <param name="Data">What <see cref="IModelDefinition.Data"/> asks for, in order of time.</param>
/// <param name="TrainEnd">Last training day, inclusive; null: every row. Rows after it are never looked at, neither for scalers nor for labels.</param>
/// <param name="Parameters">Given hyper-parameters as text; those absent take their default. Unknown names are refused.</param>
/// <param name="Checkpoint">What a training of the same request gave to <see cref="ITrainingObserver.OnCheckpoint"/>, to go on from: on the same machine bit for bit to the same model.
/// Null: from the start. One that the model cannot read, for it is another release's, is the same as none.</param>
public sealed record TrainingRequest(TrainingData Data, DateOnly? TrainEnd, IReadOnlyDictionary<string, string> Parameters, byte[]? Checkpoint = null);
