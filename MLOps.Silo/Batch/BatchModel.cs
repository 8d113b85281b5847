using MLOps.Contracts.Batch;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Engine;
using MLOps.Inference.Tabular;

namespace MLOps.Silo.Batch;

/// <summary>The job's model in a session of its own, on one thread, and how rows become its inputs and its outputs columns.</summary>
internal sealed class BatchModel : IDisposable
{
    private const string Key = "batch";

    /// <summary>Rows of one run of the model: between two runs the thread offers its core to others.</summary>
    private const int MaximumSlice = 1_024;

    private readonly InferenceEngine _engine;
    private readonly IReadOnlyList<TensorRows> _inputs;
    private readonly TensorColumns[] _outputs;
    private readonly string[] _outputNames;
    private readonly int _slice;
    private readonly BatchJobSpec _spec;

    private BatchModel(InferenceEngine engine, ModelMetadata metadata, IReadOnlyList<ColumnRule>? rules, BatchJobSpec spec, IReadOnlyList<ColumnInfo> columns)
    {
        _engine = engine;
        _spec = spec;
        _inputs = TableInputs.Map(
            metadata.Inputs,
            columns,
            spec.Inputs.ToDictionary(input => input.Input, input => input.Columns, StringComparer.Ordinal),
            spec.Passthrough,
            rules);
        _slice = Math.Min(MaximumSlice, _inputs.Min(input => input.MaximumRows));
        var wanted = spec.Outputs.Count == 0 ? metadata.Outputs : [.. spec.Outputs.Select(name => Find(metadata, name))];
        _outputNames = [.. wanted.Select(output => output.Name)];
        var widths = wanted.Select(TensorColumns.WidthOf).ToArray();
        if (widths.Contains(null))
        {
            widths = Probe();
        }

        _outputs = [.. wanted.Select((output, i) => new TensorColumns(output, widths[i]!.Value, spec.OnError == BatchOnError.Skip))];
        Selected = [.. _inputs.SelectMany(input => input.Columns).Concat(spec.Passthrough).Distinct(StringComparer.Ordinal)];
        Schema = BatchSchema.Of(spec, columns, _outputs);
    }

    /// <summary>The columns of the input that the job reads.</summary>
    public IReadOnlyList<string> Selected { get; }

    /// <summary>The columns of the result.</summary>
    public IReadOnlyList<ColumnInfo> Schema { get; }

    /// <summary>Loads the model and lays out the columns.</summary>
    /// <param name="model">Its bytes.</param>
    /// <param name="schema">The inputs by the signature in its MLmodel; null: it has none.</param>
    /// <param name="version">Its version.</param>
    /// <param name="spec">The job.</param>
    /// <param name="columns">Of the input.</param>
    /// <exception cref="InferenceException">The model cannot be loaded, or does not fit the table.</exception>
    public static BatchModel Load(byte[] model, IReadOnlyList<SchemaField>? schema, int version, BatchJobSpec spec, IReadOnlyList<ColumnInfo> columns)
    {
        var engine = new InferenceEngine();
        try
        {
            var metadata = engine.Load(Key, model, new SessionSettings { IntraOpThreads = 1, Version = version });
            return new BatchModel(engine, metadata, SchemaField.Columns(schema, ColumnRule.Of), spec, columns);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    /// <summary>Computes a chunk.</summary>
    /// <exception cref="InferenceException">InvalidRequest: a row that the model cannot take, named by line and column, where the job fails on it.</exception>
    public BatchRows Compute(TableChunk chunk, CancellationToken cancellationToken)
    {
        var faults = new string?[chunk.Rows];
        Array.ForEach(_outputs, output => output.Begin(chunk.Rows));
        var slice = new List<int>(_slice);
        for (var row = 0; row < chunk.Rows; row++)
        {
            if (Take(chunk, row) is { } fault)
            {
                faults[row] = _spec.OnError == BatchOnError.Skip ? fault : throw new InferenceException(InferenceError.InvalidRequest, fault);
                continue;
            }

            slice.Add(row);
            if (slice.Count == _slice)
            {
                RunSlice(chunk, slice, faults);
                cancellationToken.ThrowIfCancellationRequested();
                Thread.Yield();
            }
        }

        RunSlice(chunk, slice, faults);
        var failed = faults.Count(fault => fault is not null);
        var missing = failed == 0 ? null : Array.ConvertAll(faults, fault => fault is not null);
        var columns = new List<TableColumn> { new TableColumn<long>(BatchSchema.RowNumber, [.. Enumerable.Range(0, chunk.Rows).Select(row => chunk.FirstRow + row)]) };
        columns.AddRange(_spec.Passthrough.Select(chunk.Column));
        columns.AddRange(_outputs.SelectMany(output => output.Build(missing)));
        if (_spec.OnError == BatchOnError.Skip)
        {
            columns.Add(new TableColumn<string>(BatchSchema.Error, Array.ConvertAll(faults, fault => fault ?? string.Empty), Array.ConvertAll(faults, fault => fault is null)));
        }

        return new BatchRows(columns, failed);
    }

    public void Dispose() => _engine.Dispose();

    private static TensorMetadata Find(ModelMetadata metadata, string name) => metadata.Outputs.FirstOrDefault(output => output.Name == name)
        ?? throw new InferenceException(InferenceError.InvalidRequest, $"'output_columns' has '{name}': the model gives {string.Join(", ", metadata.Outputs.Select(output => output.Name))}.");

    /// <summary>Reads a row into every input, or into none.</summary>
    private string? Take(TableChunk chunk, int row)
    {
        foreach (var input in _inputs)
        {
            if (input.Read(chunk, row) is { } fault)
            {
                return fault;
            }
        }

        foreach (var input in _inputs)
        {
            input.Take();
        }

        return null;
    }

    /// <summary>Runs the model on the rows taken. If it refuses them together, each is tried by itself: so the row is found that it cannot take.</summary>
    private void RunSlice(TableChunk chunk, List<int> slice, string?[] faults)
    {
        if (slice.Count == 0)
        {
            return;
        }

        try
        {
            Run(slice);
        }
        catch (InferenceException exception) when (slice.Count == 1)
        {
            var fault = $"{chunk.Place(slice[0])}: {exception.Message}";
            faults[slice[0]] = _spec.OnError == BatchOnError.Skip ? fault : throw new InferenceException(exception.Error, fault, exception);
        }
        catch (InferenceException)
        {
            foreach (var row in slice)
            {
                Clear();
                Take(chunk, row);
                RunSlice(chunk, [row], faults);
            }
        }
        finally
        {
            Clear();
            slice.Clear();
        }
    }

    private void Run(List<int> slice)
    {
        using var result = _engine.Infer(Key, [.. _inputs.Select(input => input.Build())], _outputNames);
        for (var i = 0; i < _outputs.Length; i++)
        {
            _outputs[i].Add(result.Outputs[i], slice);
        }
    }

    private void Clear()
    {
        foreach (var input in _inputs)
        {
            input.Clear();
        }
    }

    /// <summary>The values of a row of each output, from what the model answers to zeros.</summary>
    private int?[] Probe()
    {
        using var result = _engine.Infer(Key, [.. _inputs.Select(input => input.Blank())], _outputNames);
        return [.. result.Outputs.Select(output => (int?)checked((int)output.Count))];
    }
}
