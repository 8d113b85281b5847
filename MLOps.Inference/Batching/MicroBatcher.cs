using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Batching;

/// <summary>Runs the requests that wait for one model together. Nothing waits by the clock: a request that finds the model idle runs at once,
/// on its own thread and alone; what arrives meanwhile is taken together when that run has ended. While batches of several form, a request goes
/// to the queue also when the model is idle: the callers just answered are about to come again, and the turn of the thread pool gathers them.</summary>
internal sealed class MicroBatcher : IThreadPoolWorkItem
{
    private readonly LoadedModel _model;
    private readonly int _mostRows;
    private readonly int _mostRunning;
    private readonly Action<string> _degraded;
    private readonly Lock _gate = new();
    private readonly Queue<BatchItem> _waiting = new();
    private int _running;
    private long _together;
    private bool _crowded;
    private volatile bool _off;

    /// <param name="model">Its metadata is known.</param>
    /// <param name="degraded">Is told why batching ended, when the model turns out not to keep rows apart.</param>
    /// <exception cref="InferenceException">InvalidModel: the first dimension of an input or output is not open, so there is nothing to batch along.</exception>
    public MicroBatcher(LoadedModel model, SessionSettings settings, Action<string> degraded)
    {
        _model = model;
        _mostRows = settings.MaxBatch;
        _mostRunning = settings.ConcurrentBatches;
        _degraded = degraded;
        foreach (var tensor in model.Metadata.Inputs.Concat(model.Metadata.Outputs))
        {
            if (tensor.Datatype == TensorDatatype.Bytes || tensor.Shape is not [-1, ..])
            {
                throw new InferenceException(
                    InferenceError.InvalidModel,
                    $"The model cannot be batched: '{tensor.Name}' is {tensor.Datatype.Name()} {TensorShape.Format([.. tensor.Shape])}, where every input and output needs an open first dimension and elements of a fixed size. Leave the batching of this model out.");
            }
        }
    }

    /// <summary>Requests that were answered together with others.</summary>
    public long Together => Interlocked.Read(ref _together);

    /// <summary>Runs a request, alone or with others. The caller holds a use of the model, and leaves the inputs alone, until the task has ended.</summary>
    public ValueTask<InferenceResult> RunAsync(IReadOnlyList<Tensor> inputs, IReadOnlyList<string>? outputs)
    {
        var rows = _off ? 0 : Batch.Rows(_model.Metadata, inputs);
        if (rows == 0 || rows >= _mostRows)
        {
            return new(_model.Run(inputs, outputs));
        }

        // What does not fit is refused here, so that it cannot fail a batch.
        RequestCheck.Inputs(_model.Metadata, inputs);
        BatchItem? item = null;
        var begin = false;
        lock (_gate)
        {
            var idle = _running < _mostRunning;
            _running += idle ? 1 : 0;
            if (!idle || _crowded)
            {
                item = new BatchItem(inputs, outputs, rows);
                _waiting.Enqueue(item);
                begin = idle;
            }
        }

        if (begin)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        if (item is not null)
        {
            return new(item.Answer.Task);
        }

        try
        {
            return new(_model.Run(inputs, outputs));
        }
        finally
        {
            StepDown();
        }
    }

    /// <summary>Runs what waits, batch by batch, until nothing does.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        while (Take() is { } items)
        {
            Run(items);
        }
    }

    /// <summary>The caller's own request is answered: whoever waits is run by another thread, in the same turn.</summary>
    private void StepDown()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _running--;
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    /// <returns>Null: nothing waits, and the turn is over.</returns>
    private List<BatchItem>? Take()
    {
        lock (_gate)
        {
            if (!_waiting.TryDequeue(out var first))
            {
                _running--;
                return null;
            }

            var items = new List<BatchItem> { first };
            var rows = first.Rows;
            while (_waiting.TryPeek(out var next) && rows + next.Rows <= _mostRows && Batch.Match(first, next))
            {
                items.Add(_waiting.Dequeue());
                rows += next.Rows;
            }

            _crowded = items.Count > 1;
            return items;
        }
    }

    private void Run(List<BatchItem> items)
    {
        if (items.Count > 1 && !_off && TryRunTogether(items))
        {
            return;
        }

        foreach (var item in items)
        {
            Alone(item);
        }
    }

    /// <returns>False: nobody was answered, and each must be run alone.</returns>
    private bool TryRunTogether(List<BatchItem> items)
    {
        Tensor[]? inputs = null;
        InferenceResult? result = null;
        TimeSpan[] waited = [.. items.Select(item => item.Waited)];
        try
        {
            inputs = Batch.Join(items);
            result = _model.Run(inputs, null);
            if (!Batch.HasRows(result, inputs[0].Shape[0]))
            {
                _off = true;
                _degraded("its outputs do not have one row for each row of its inputs");
                result.Dispose();
                return false;
            }
        }
#pragma warning disable CA1031 // One caller's values, or the batch's size, must fail nobody else: each request is run alone and gets its own answer or error.
        catch (Exception)
#pragma warning restore CA1031
        {
            result?.Dispose();
            return false;
        }
        finally
        {
            foreach (var input in inputs ?? [])
            {
                input.Dispose();
            }
        }

        Interlocked.Add(ref _together, items.Count);
        var memory = new SharedMemory(result, items.Count);
        long start = 0;
        foreach (var (item, wait) in items.Zip(waited))
        {
            var from = start;
            start += item.Rows;
            Answer(item, wait, () => new InferenceResult(Select(Batch.Slice(result, from, item), item.Outputs), result.Version, memory), memory);
        }

        return true;
    }

    private void Alone(BatchItem item) => Answer(item, item.Waited, () => _model.Run(item.Inputs, item.Outputs), null);

    /// <param name="memory">Given back for an item that gets an error instead of an answer.</param>
    private static void Answer(BatchItem item, TimeSpan waited, Func<InferenceResult> answer, SharedMemory? memory)
    {
        try
        {
            var result = answer();
            result.Waited = waited;
            item.Answer.SetResult(result);
        }
#pragma warning disable CA1031 // The waiting caller must hear of every failure.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            memory?.Dispose();
            item.Answer.SetException(exception);
        }
    }

    private Tensor[] Select(Tensor[] outputs, IReadOnlyList<string>? names) => names is { Count: > 0 }
        ? [.. RequestCheck.Outputs(_model.Metadata, names).Select(name => Array.Find(outputs, output => output.Name == name)!)]
        : outputs;
}
