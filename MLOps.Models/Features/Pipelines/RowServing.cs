using System.Globalization;
using MLOps.Models.Catalog;
using MLOps.Models.Data;

namespace MLOps.Models.Features.Pipelines;

/// <summary>A trained model as it is asked by raw rows: through its own feature pipeline, where it was trained behind one, into its own inputs.</summary>
public sealed class RowServing
{
    private readonly IRowModel _definition;
    private readonly TrainedModel _model;
    private readonly FittedFeaturePipeline? _pipeline;

    private RowServing(IRowModel definition, TrainedModel model, FittedFeaturePipeline? pipeline)
    {
        (_definition, _model, _pipeline) = (definition, model, pipeline);
        Columns = pipeline?.Reads ?? definition.Reads(model);
    }

    /// <summary>Columns that the rows must have, beside a time where the model asks for one.</summary>
    public IReadOnlyList<string> Columns { get; }

    /// <summary>Those of them that hold numbers.</summary>
    public IReadOnlyList<string> Numbers => _pipeline?.ReadsNumbers ?? Columns;

    /// <summary>Columns that the pipeline makes; rows that have them are features already.</summary>
    public IReadOnlyList<string> Makes => _pipeline?.Makes ?? [];

    /// <returns>Null: the model's inputs are made of more than rows.</returns>
    /// <exception cref="ModelTrainingException">A file of the model cannot be read.</exception>
    public static RowServing? Of(IModelDefinition definition, TrainedModel model)
    {
        if (definition is not IRowModel rows)
        {
            return null;
        }

        var pipeline = model.Files.FirstOrDefault(file => file.Path == FittedFeaturePipeline.FileName);
        return new RowServing(rows, model, pipeline is null ? null : FittedFeaturePipeline.Read(pipeline.Content));
    }

    /// <summary>The inputs for these rows, and the row that each prediction belongs to.</summary>
    /// <exception cref="ModelTrainingException">Times decrease, a column is missing, a row does not fit, or there are too few rows for one prediction; the message says how many are needed.</exception>
    public ServedRows Inputs(TrainingData rows)
    {
        for (var i = 1; i < rows.Count && rows.Times is { } times; i++)
        {
            if (times[i] < times[i - 1])
            {
                throw new ModelTrainingException(string.Create(CultureInfo.InvariantCulture, $"Row {i}: the time {times[i]:O} comes before {times[i - 1]:O}; sort the rows by time."));
            }
        }

        if (_pipeline is null)
        {
            var served = _definition.Serve(_model, rows);
            return served.Rows.Count > 0 ? served : throw TooFew(rows.Count, served.History, served.IsOfDays);
        }

        var (features, kept) = _pipeline.Whole(rows);
        var behind = _definition.Serve(_model, features);
        return behind.Rows.Count > 0
            ? behind with { Rows = [.. behind.Rows.Select(row => kept[row])], History = behind.History + _pipeline.Lookback }
            : throw TooFew(rows.Count, behind.History + _pipeline.Lookback, behind.IsOfDays);
    }

    private static ModelTrainingException TooFew(int given, int needed, bool isOfDays) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"There are {given} rows: one prediction needs at least {needed}{(isOfDays ? " days of rows" : "")} (one {(isOfDays ? "day" : "row")} more for each further prediction, and more than that where an indicator smooths exponentially)."));
}
