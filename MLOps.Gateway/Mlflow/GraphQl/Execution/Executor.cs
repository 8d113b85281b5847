using System.Buffers;
using System.Collections;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using MLOps.Contracts.Problems;
using MLOps.Gateway.Mlflow.GraphQl.Types;

namespace MLOps.Gateway.Mlflow.GraphQl.Execution;

/// <summary>Writes what a query asks for. A field that fails is null, and its message goes to the errors; where the query asks for the call's
/// <c>apiError</c>, the error is there instead.</summary>
internal sealed partial class Executor(GraphQlContext context, ArrayBufferWriter<byte> buffer, Utf8JsonWriter json, List<string> errors, ILogger logger)
{
    /// <exception cref="GraphQlException">The answer is too large, or fails too often.</exception>
    public async Task WriteAsync(ObjectType type, object? source, IReadOnlyList<PlannedField> fields)
    {
        json.WriteStartObject();
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Key);
            if (field.Field == Schema.TypeName)
            {
                json.WriteStringValue(type.Name);
            }
            else if (field.Field.Read is { } read)
            {
                await WriteAsync(field.Field.Type, read(source!), field.Inner);
            }
            else
            {
                await ResolveAsync(field, source);
            }
        }

        json.WriteEndObject();
        if (buffer.WrittenCount + json.BytesPending > GraphQlLimits.Answer)
        {
            throw new GraphQlException($"The answer has more than {GraphQlLimits.Answer} bytes: ask for less at a time.");
        }
    }

    private async Task ResolveAsync(PlannedField field, object? source)
    {
        object? value;
        try
        {
            value = await field.Field.Resolve!(new Resolution(context, source, field.Arguments));
        }
        catch (MLOpsException exception) when (field.Inner.Any(inner => inner.Field.Name == Field.ApiError))
        {
            await WriteFailureAsync((ObjectType)field.Field.Type.Named, field.Inner, exception);
            return;
        }
        catch (MLOpsException exception)
        {
            WriteFailure(exception.Message);
            return;
        }
#pragma warning disable CA1031 // The boundary of a field, as GraphQL has it: a bug is logged whole and answered without detail, and the other fields are answered.
        catch (Exception exception) when (!context.Cancelled.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(logger, exception, field.Field.Name);
            WriteFailure("Internal error: the server's log has the details.");
            return;
        }

        await WriteAsync(field.Field.Type, value, field.Inner);
    }

    private async Task WriteAsync(GraphType type, object? value, IReadOnlyList<PlannedField> inner)
    {
        switch (type)
        {
            case RequiredType required:
                await WriteAsync(required.Inner, value, inner);
                break;
            case var _ when value is null:
                json.WriteNullValue();
                break;
            case ListType list:
                json.WriteStartArray();
                foreach (var item in (IEnumerable)value)
                {
                    await WriteAsync(list.Item, item, inner);
                }

                json.WriteEndArray();
                break;
            case ObjectType answer:
                await WriteAsync(answer, value, inner);
                break;
            default:
                WriteLeaf(type, value);
                break;
        }
    }

    private void WriteLeaf(GraphType type, object value)
    {
        switch (value)
        {
            case string text:
                json.WriteStringValue(text);
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case long number when type == ScalarType.LongString:
                json.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case double:
                json.WriteNullValue();
                break;
            default:
                throw new InvalidOperationException($"A {value.GetType()} is no {type}.");
        }
    }

    /// <summary>The answer of a call that failed: nothing but the error.</summary>
    private async Task WriteFailureAsync(ObjectType type, IReadOnlyList<PlannedField> fields, MLOpsException exception)
    {
        json.WriteStartObject();
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Key);
            if (field.Field.Name == Field.ApiError)
            {
                await WriteAsync(field.Field.Type, exception, field.Inner);
            }
            else if (field.Field == Schema.TypeName)
            {
                json.WriteStringValue(type.Name);
            }
            else
            {
                json.WriteNullValue();
            }
        }

        json.WriteEndObject();
    }

    private void WriteFailure(string message)
    {
        json.WriteNullValue();
        errors.Add(message);
        if (errors.Count >= GraphQlLimits.Errors)
        {
            throw new GraphQlException($"{GraphQlLimits.Errors} fields have failed, the last one so: {message}");
        }
    }

    [LoggerMessage(LogLevel.Error, "GraphQL field {Field} failed")]
    private static partial void LogFailed(ILogger logger, Exception exception, string field);
}
