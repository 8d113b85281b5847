namespace MLOps.Silo.Training;

/// <summary>The job was stopped while it evaluated: its trained model is kept.</summary>
internal sealed class EvaluationStoppedException : Exception;
