using CsCheck;
using Google.Protobuf;
using MLOps.Gateway.OpenInference.Rpc;
using MLOps.Inference;
using MLOps.Inference.Codecs;
using MLOps.Inference.Engine;
using MLOps.Inference.Tensors;

namespace MLOps.Gateway.Tests.OpenInference.Rpc;

/// <summary>Our hand-written codec against the generated one: what that writes ours reads alike, and what ours writes that reads alike.</summary>
public sealed class GrpcCodecTests
{
    private static readonly TensorDatatype[] Datatypes = Enum.GetValues<TensorDatatype>();

    private static readonly Gen<ModelInferRequest.Types.InferInputTensor> TypedInput = Gen.Select(Gen.String[0, 8], Gen.Long.Array[0, 6], Gen.Int[0, 7], (name, values, kind) =>
    {
        var contents = new InferTensorContents();
        switch (kind)
        {
            case 0: contents.BoolContents.Add(values.Select(value => value > 0)); break;
            case 1: contents.IntContents.Add(values.Select(value => (int)value)); break;
            case 2: contents.Int64Contents.Add(values); break;
            case 3: contents.UintContents.Add(values.Select(value => (uint)value)); break;
            case 4: contents.Uint64Contents.Add(values.Select(value => (ulong)value)); break;
            case 5: contents.Fp32Contents.Add(values.Select(value => (float)value)); break;
            case 6: contents.Fp64Contents.Add(values.Select(value => (double)value)); break;
            default: contents.BytesContents.Add(values.Select(value => ByteString.CopyFromUtf8(value.ToString(System.Globalization.CultureInfo.InvariantCulture)))); break;
        }

        string[] types = ["BOOL", "INT32", "INT64", "UINT32", "UINT64", "FP32", "FP64", "BYTES"];
        return new ModelInferRequest.Types.InferInputTensor { Name = name, Datatype = types[kind], Shape = { values.Length }, Contents = contents };
    });

    [Fact]
    public void Read_WhatTheGeneratedCodeWrites_IsTheSame() => Gen.Select(TypedInput.Array[1, 3], Gen.String[0, 10], Gen.String[0, 10], Gen.Long, Gen.Double).Sample((inputs, id, key, integer, number) =>
    {
        var sent = new ModelInferRequest { ModelName = "m", Id = id, Inputs = { inputs }, Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" } } };
        sent.Parameters["key"] = new InferParameter { StringParam = key };
        sent.Parameters["integer"] = new InferParameter { Int64Param = integer };
        sent.Parameters["number"] = new InferParameter { DoubleParam = number };
        using var read = OipGrpcRequestCodec.Read(sent.ToByteArray());
        Assert.Equal(("m", id, key, integer, number), (read.ModelName, read.Id ?? "", read.Parameters["key"], read.Parameters["integer"], read.Parameters["number"]));
        Assert.Equal("y", read.Outputs.Single().Name);
        for (var i = 0; i < inputs.Length; i++)
        {
            Assert.Equal((inputs[i].Name, inputs[i].Datatype), (read.Inputs[i].Name, read.Inputs[i].Datatype.Name()));
            Assert.Equal(Bytes(inputs[i]), read.Inputs[i].Data.ToArray());
        }
    });

    [Fact]
    public void Write_AnyTensor_IsReadByTheGeneratedCode() => Gen.Select(Gen.Int[0, Datatypes.Length - 1], Gen.Byte.Array[0, 64], Gen.Bool, Gen.String[0, 10]).Sample((kind, bytes, typed, id) =>
    {
        var datatype = Datatypes[kind];
        var size = datatype.Size();
        byte[] data = datatype == TensorDatatype.Bytes ? [(byte)bytes.Length, 0, 0, 0, .. bytes] : datatype == TensorDatatype.Bool ? [.. bytes.Select(value => (byte)(value & 1))] : bytes[..(bytes.Length / size * size)];
        long[] shape = [1, datatype == TensorDatatype.Bytes ? 1 : data.Length / size];
        var tensor = new Tensor("y", datatype, shape, data);
        using var request = OipGrpcRequestCodec.Read(new ModelInferRequest
        {
            Id = id,
            Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "BOOL", Shape = { 1 }, Contents = typed ? new InferTensorContents { BoolContents = { true } } : null } },
            RawInputContents = { typed ? [] : [ByteString.CopyFrom(1)] },
        }.ToByteArray());
        using var written = OipGrpcResponseCodec.Write(new OipResponse("m", "3", "champion", new InferenceResult([tensor], 3)), request, null);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        written.WriteTo(buffer);
        Assert.Equal(buffer.WrittenCount, written.Length);

        var read = ModelInferResponse.Parser.ParseFrom(buffer.WrittenSpan);
        Assert.Equal(("m", "3", id, "champion"), (read.ModelName, read.ModelVersion, read.Id, read.Parameters["variant"].StringParam));
        Assert.Equal(("y", datatype.Name()), (read.Outputs[0].Name, read.Outputs[0].Datatype));
        Assert.Equal(shape, read.Outputs[0].Shape);
        Assert.Equal(data, read.Outputs[0].Contents is null
            ? read.RawOutputContents.Single().ToByteArray()
            : Bytes(new ModelInferRequest.Types.InferInputTensor { Datatype = datatype.Name(), Contents = read.Outputs[0].Contents }));
        Assert.Equal(typed && datatype is not (TensorDatatype.Fp16 or TensorDatatype.Bf16), read.Outputs[0].Contents is not null);
    });

    [Fact]
    public void Read_AnyDamage_IsReadOrRefusedInBoundedMemory()
    {
        var good = new ModelInferRequest
        {
            ModelName = "m",
            Id = "1",
            Inputs =
            {
                new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 2, 2 }, Contents = new InferTensorContents { Fp32Contents = { 1, 2, 3, 4 } } },
                new ModelInferRequest.Types.InferInputTensor { Name = "s", Datatype = "BYTES", Shape = { 1 }, Contents = new InferTensorContents { BytesContents = { ByteString.CopyFromUtf8("a") } } },
            },
            Outputs = { new ModelInferRequest.Types.InferRequestedOutputTensor { Name = "y" } },
            Parameters = { ["k"] = new InferParameter { Int64Param = 7 } },
        }.ToByteArray();
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, at2, value2, length) =>
        {
            var damaged = good.ToArray();
            damaged[at] = value;
            damaged[at2] = value2;
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                OipGrpcRequestCodec.Read(damaged.AsMemory(0, length)).Dispose();
            }
            catch (InferenceException exception)
            {
                Assert.NotEqual(InferenceError.InvalidModel, exception.Error);
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        });
    }

    /// <summary>Typed contents as the bytes of a tensor.</summary>
    private static byte[] Bytes(ModelInferRequest.Types.InferInputTensor input)
    {
        var contents = input.Contents;
        return input.Datatype switch
        {
            "BOOL" => [.. contents.BoolContents.Select(value => (byte)(value ? 1 : 0))],
            "INT8" => [.. contents.IntContents.Select(value => (byte)value)],
            "INT16" => [.. contents.IntContents.SelectMany(value => BitConverter.GetBytes((short)value))],
            "INT32" => [.. contents.IntContents.SelectMany(BitConverter.GetBytes)],
            "INT64" => [.. contents.Int64Contents.SelectMany(BitConverter.GetBytes)],
            "UINT8" => [.. contents.UintContents.Select(value => (byte)value)],
            "UINT16" => [.. contents.UintContents.SelectMany(value => BitConverter.GetBytes((ushort)value))],
            "UINT32" => [.. contents.UintContents.SelectMany(BitConverter.GetBytes)],
            "UINT64" => [.. contents.Uint64Contents.SelectMany(BitConverter.GetBytes)],
            "FP32" => [.. contents.Fp32Contents.SelectMany(BitConverter.GetBytes)],
            "FP64" => [.. contents.Fp64Contents.SelectMany(BitConverter.GetBytes)],
            _ => [.. contents.BytesContents.SelectMany(text => (byte[])[.. BitConverter.GetBytes(text.Length), .. text.ToByteArray()])],
        };
    }
}
