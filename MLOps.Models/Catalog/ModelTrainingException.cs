namespace MLOps.Models.Catalog;

/// <summary>A training that cannot give a model: bad data, a bad hyper-parameter, no convergence, or a failed ONNX parity.</summary>
public sealed class ModelTrainingException : Exception
{
    public ModelTrainingException(string message)
        : base(message)
    {
    }

    public ModelTrainingException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
