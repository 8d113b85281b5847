using MLOps.Models.Data;

namespace MLOps.Models.Catalog;

/// <param name="Data">Daily bars, dates strictly increasing.</param>
/// <param name="TrainEnd">Last training day, inclusive; null: every row. Rows after it are never looked at, neither for scalers nor for labels.</param>
/// <param name="Parameters">Given hyper-parameters as text; those absent take their default. Unknown names are refused.</param>
public sealed record TrainingRequest(OhlcvSeries Data, DateOnly? TrainEnd, IReadOnlyDictionary<string, string> Parameters);
