using System.Text.Json;
using MLOps.Contracts.Endpoints;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tabular;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Scoring;

/// <summary>A body of MLflow's scoring protocol: exactly one of <c>inputs</c>, <c>instances</c>, <c>dataframe_split</c>, <c>dataframe_records</c>,
/// and optional <c>params</c>.</summary>
internal sealed class ScoringRequest : ScoringBody
{
    private static readonly string[] Forms = ["inputs", "instances", "dataframe_split", "dataframe_records"];

    private readonly JsonDocument _document;
    private readonly string _form;
    private readonly JsonElement _data;
    private readonly JsonElement _parameters;

    private ScoringRequest(JsonDocument document)
    {
        _document = document;
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw Invalid($"The body is a JSON {root.ValueKind}: expected an object with exactly one of {string.Join(", ", Forms)}.");
        }

        var given = Forms.Where(form => root.TryGetProperty(form, out _)).ToArray();
        if (given is not [var only])
        {
            throw Invalid($"The body has {(given.Length == 0 ? "none" : string.Join(" and ", given))} of {string.Join(", ", Forms)}: expected exactly one.");
        }

        _form = only;
        _data = root.GetProperty(only);
        if (root.TryGetProperty("params", out _parameters) && _parameters.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null))
        {
            throw Invalid("params must be an object.");
        }
    }

    /// <exception cref="InferenceException">InvalidRequest: not JSON, or not one of the four forms.</exception>
    public static ScoringRequest Parse(ReadOnlyMemory<byte> body)
    {
        JsonDocument? document = null;
        try
        {
            document = PythonJson.Parse(body, new JsonDocumentOptions { MaxDepth = OipLimits.MaxDepth });
            return new ScoringRequest(document);
        }
        catch (JsonException exception)
        {
            throw new InferenceException(InferenceError.InvalidRequest, $"The body is not valid JSON: {exception.Message}", exception);
        }
        catch
        {
            document?.Dispose();
            throw;
        }
    }

    /// <summary>Whether the body is a table: MLflow answers those with one, too.</summary>
    public override bool IsFrame => _form.StartsWith("dataframe_", StringComparison.Ordinal);

    /// <summary>Names of the columns, where it is a table in any of the forms.</summary>
    /// <exception cref="InferenceException">InvalidRequest: the form is not as it has to be.</exception>
    public override IReadOnlyList<string> Columns => Frame() is { } frame ? frame.Columns : [];

    /// <summary>A parameter that is a string, an integer or a boolean; null when it is not given.</summary>
    public override object? Parameter(string name)
    {
        try
        {
            if (_parameters.ValueKind != JsonValueKind.Object || !_parameters.TryGetProperty(name, out var value))
            {
                return null;
            }

            return value.ValueKind switch
            {
                JsonValueKind.Null => null,
                JsonValueKind.String => value.GetString(),
                JsonValueKind.Number when value.TryGetInt64(out var integer) => integer,
                JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
                _ => throw Invalid($"params.{name} must be a string, an integer or a boolean."),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    /// <summary>The inputs of the model.</summary>
    /// <exception cref="InferenceException">InvalidRequest: names the input or column that does not fit.</exception>
    public override async Task<IReadOnlyList<Tensor>> TensorsAsync(ModelSignature signature, CancellationToken cancellationToken)
    {
        try
        {
            return _form switch
            {
                "inputs" when SchemaField.Columns(signature.Schema) is not null && _data.ValueKind == JsonValueKind.Object => await FrameTensors.BuildAsync(JsonFrame.ByColumn(_data), signature, cancellationToken),
                "instances" when SchemaField.Columns(signature.Schema) is not null && IsRecords(_data) => await FrameTensors.BuildAsync(JsonFrame.Records(_data, _form), signature, cancellationToken),
                "inputs" => Inputs(signature),
                "instances" => Instances(signature),
                "dataframe_split" => await FrameTensors.BuildAsync(JsonFrame.Split(_data), signature, cancellationToken),
                _ => await FrameTensors.BuildAsync(JsonFrame.Records(_data, _form), signature, cancellationToken),
            };
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    public override async ValueTask<ReadOnlyMemory<byte>> RowsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RowsFile.OfAsync(Frame() ?? throw Invalid("The body is no table."), cancellationToken);
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _document.Dispose();
        return base.DisposeAsync();
    }

    /// <returns>Null: the body is no table.</returns>
    private JsonFrame? Frame()
    {
        try
        {
            return _form switch
            {
                "dataframe_split" => JsonFrame.Split(_data),
                "dataframe_records" => JsonFrame.Records(_data, _form),
                "instances" when IsRecords(_data) => JsonFrame.Records(_data, _form),
                _ => null,
            };
        }
        catch (InvalidOperationException exception)
        {
            throw NotUnicode(exception);
        }
    }

    private List<Tensor> Inputs(ModelSignature signature) => _data.ValueKind switch
    {
        JsonValueKind.Object => [.. _data.EnumerateObject().Select(input => Build(signature, Find(signature, input.Name), [input.Value], stacked: false))],
        JsonValueKind.Array when IsRecords(_data) => throw Invalid($"inputs is an array of objects, of which the first has {string.Join(", ", _data[0].EnumerateObject().Take(5).Select(field => $"'{TensorBuilder.Shown(field.Name)}'"))}: rows go into dataframe_records or instances, and inputs takes arrays by column or input name."),
        JsonValueKind.Array => [Build(signature, Only(signature), [_data], stacked: false)],
        _ => throw Invalid("inputs must be an array, or an object of arrays by input name."),
    };

    private List<Tensor> Instances(ModelSignature signature)
    {
        if (_data.ValueKind != JsonValueKind.Array || _data.GetArrayLength() == 0)
        {
            throw Invalid("instances must be an array of at least one row.");
        }

        var rows = _data.EnumerateArray().ToArray();
        if (rows[0].ValueKind != JsonValueKind.Object)
        {
            return [Build(signature, Only(signature), rows, stacked: true)];
        }

        return
        [
            .. rows[0].EnumerateObject().Select(first => Build(
                signature,
                Find(signature, first.Name),
                [.. rows.Select((row, i) => row.ValueKind == JsonValueKind.Object && row.TryGetProperty(first.Name, out var value)
                    ? value
                    : throw Invalid($"instance {i} lacks '{TensorBuilder.Shown(first.Name)}', which the first one has."))],
                stacked: true)),
        ];
    }

    private static bool IsRecords(JsonElement data) => data.ValueKind == JsonValueKind.Array && data.EnumerateArray().FirstOrDefault().ValueKind == JsonValueKind.Object;

    /// <param name="values">The tensor itself, or its rows when <paramref name="stacked"/>.</param>
    private static Tensor Build(ModelSignature signature, TensorSignature input, JsonElement[] values, bool stacked)
    {
        var builder = new TensorBuilder(input);
        var shape = TensorBuilder.ShapeOf(Cell.Of(values[0]));
        foreach (var value in values)
        {
            builder.AppendNested(Cell.Of(value), shape);
        }

        long[] whole = stacked ? [values.Length, .. shape] : shape;
        SchemaTensors.Check(signature.Schema, input.Name, whole);
        return builder.Build(whole);
    }

    private static TensorSignature Only(ModelSignature signature) => signature.Inputs is [var only]
        ? only
        : throw Invalid($"The model has {signature.Inputs.Count} inputs ({string.Join(", ", signature.Inputs.Select(input => input.Name))}): give an object with their names.");

    private static TensorSignature Find(ModelSignature signature, string name) =>
        signature.Inputs.FirstOrDefault(input => input.Name == name)
        ?? throw Invalid($"The model has no input '{TensorBuilder.Shown(name)}': it takes {string.Join(", ", signature.Inputs.Select(input => input.Name))}.");

    /// <summary>JsonElement tells only when it is read that a string escapes half a surrogate pair.</summary>
    private static InferenceException NotUnicode(InvalidOperationException exception) =>
        new(InferenceError.InvalidRequest, "The body has a string that is not valid Unicode.", exception);

    private static InferenceException Invalid(string message) => new(InferenceError.InvalidRequest, message);
}
