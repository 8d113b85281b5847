using MLOps.Models.Onnx;

namespace MLOps.Models.Catalog;

/// <summary>A trained model's files by their names.</summary>
internal static class TrainedModelFiles
{
    /// <exception cref="ModelTrainingException">There is no such file: the model is of another definition or release.</exception>
    public static byte[] File(this TrainedModel model, string path) =>
        model.Files.FirstOrDefault(file => file.Path == path)?.Content
        ?? throw new ModelTrainingException($"The trained model has no file '{path}'; it has {string.Join(", ", model.Files.Select(file => file.Path))}.");

    /// <summary>A graph of the model, whose runs on rows of the data the model's observer hears.</summary>
    /// <exception cref="ModelTrainingException">As <see cref="File"/>.</exception>
    public static OnnxRunner Open(this TrainedModel model, string path) => new(model.File(path), path, model.Observer);
}
