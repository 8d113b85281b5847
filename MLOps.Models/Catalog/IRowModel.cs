using MLOps.Models.Data;

namespace MLOps.Models.Catalog;

/// <summary>A model whose served inputs can be made of rows of data alone, by the code that training used: who asks it need not know what its tensors hold.</summary>
public interface IRowModel : IModelDefinition
{
    /// <summary>Columns of numbers that <see cref="Serve"/> reads, by the hyper-parameters that the model was trained with. Default: those that <see cref="IModelDefinition.Data"/> names.</summary>
    IReadOnlyList<string> Reads(TrainedModel model) => [.. Data.Columns.Where(column => column.IsNumber).Select(column => column.Name)];

    /// <summary>The inputs of <c>model.onnx</c> for every row that has the history it needs.</summary>
    /// <param name="model">What <see cref="IModelDefinition.Train"/> of this definition gave; its graphs are not looked at.</param>
    /// <param name="rows">In order of time.</param>
    /// <exception cref="ModelTrainingException">A column is missing or a row does not fit; the message names both.</exception>
    ServedRows Serve(TrainedModel model, TrainingData rows);
}
