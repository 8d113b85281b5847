using System.Globalization;
using System.Text;
using CsCheck;
using MLOps.Inference.Codecs;
using MLOps.Inference.Tensors;

namespace MLOps.Inference.Tests.Codecs;

public sealed class OipRequestCodecTests
{
    private static OipRequest Read(string json) => OipRequestCodec.Read(Encoding.UTF8.GetBytes(json), null);

    private static string Input(string shape, string data, string datatype = "FP32") =>
        $$"""{"inputs":[{"name":"x","shape":{{shape}},"datatype":"{{datatype}}","data":{{data}}}]}""";

    [Theory]
    [InlineData("[1,2,3,4]")]
    [InlineData("[[1,2],[3,4]]")]
    [InlineData(" [ [ 1.0 , 2e0 ] ,\n[ 0.3e1, 40E-1 ] ] ")]
    public void Read_NestedOrFlat_GivesRowMajorElements(string data)
    {
        using var request = Read(Input("[2,2]", data));
        Assert.Equal([1f, 2, 3, 4], A.Floats(request.Inputs[0]));
    }

    [Fact]
    public void Read_BareNonFinite_IsTaken()
    {
        using var request = Read(Input("[3]", "[NaN,Infinity,-Infinity]"));
        Assert.Equal([float.NaN, float.PositiveInfinity, float.NegativeInfinity], A.Floats(request.Inputs[0]));
    }

    [Fact]
    public void Read_DataBeforeShape_AndEverythingAfter_IsUnderstood()
    {
        using var request = Read("""
            {"id":"q1","inputs":[{"data":[[1],[NaN]],"name":"x","parameters":{"k":1},"datatype":"FP32","shape":[2,1]},
            {"name":"s","datatype":"BYTES","shape":[2],"data":["a\u00e9","]"]}],
            "outputs":[{"name":"y","parameters":{"binary_data":true}}],"parameters":{"event_time":"2020-03-16","binary_data_output":false}}
            """);
        Assert.Equal("q1", request.Id);
        Assert.Equal(1f, A.Floats(request.Inputs[0])[0]);
        Assert.Equal([3, 0, 0, 0, .. "aé"u8, 1, 0, 0, 0, .. "]"u8], request.Inputs[1].Data.ToArray());
        Assert.Equal("2020-03-16", request.Parameters["event_time"]);
        Assert.True(request.Outputs[0].Binary);
    }

    [Fact]
    public void Read_BinaryInputs_LieInTheBody()
    {
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""");
        byte[] body = [.. json, 0, 0, 128, 63, 0, 0, 0, 64];
        using var request = OipRequestCodec.Read(body, json.Length);
        Assert.Equal([1f, 2f], A.Floats(request.Inputs[0]));
        Assert.Throws<InferenceException>(() => OipRequestCodec.Read(body.AsMemory(0, body.Length - 1), json.Length));
        Assert.Throws<InferenceException>(() => OipRequestCodec.Read((byte[])[.. body, 0], json.Length));
        Assert.Throws<InferenceException>(() => OipRequestCodec.Read(body, body.Length + 1));
        Assert.Throws<InferenceException>(() => OipRequestCodec.Read(json, null));
    }

    public static TheoryData<string> Hostile =>
    [
        "",
        "null",
        "{}",
        "[]",
        """{"inputs":[]}""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32"}]}""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],"inputs":[]}""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]} trailing""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1],"data":[1]}]}""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],"outputs":[{}]}""",
        """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}],"parameters":{"binary_data_output":"yes"}}""",
        Input("[16,1152921504606846978]", "[1]"),
        Input("[4611686018427387904,4611686018427387904,0]", "[]"),
        Input("[2147483648]", "[]"),
        Input("[-1]", "[1]"),
        Input("[1.5]", "[1]"),
        Input("[2]", "[1]"),
        Input("[1]", "[1,2]"),
        Input("[1]", "[1,]"),
        Input("[1]", "[,1]"),
        Input("[1]", "[1"),
        Input("[1]", "1"),
        Input("[1]", "{}"),
        Input("[1]", "[null]"),
        Input("[1]", "[01]"),
        Input("[1]", "[+1]"),
        Input("[1]", "[1.]"),
        Input("[1]", "[.5]"),
        Input("[1]", "[1e]"),
        Input("[1]", "[1e309]"),
        Input("[1]", "[1e39]"),
        Input("[1]", "[NaNa]"),
        Input("[1]", "[\"1\"]"),
        Input("[1]", "[1.0]", "INT64"),
        Input("[1]", "[9223372036854775808]", "INT64"),
        Input("[1]", "[-1]", "UINT8"),
        Input("[1]", "[256]", "UINT8"),
        Input("[1]", "[2]", "BOOL"),
        Input("[1]", "[1]", "BYTES"),
        Input("[1]", "[\"\\ud800\"]", "BYTES"),
        Input("[1]", "[\"a]", "BYTES"),
        Input("[1]", "[1]", "FP128"),
        Input("[1]", new string('[', 100_000), "FP32"),
        new string('[', 250_000),
        $$"""{"x":{{string.Concat(Enumerable.Repeat("{\"a\":", 200))}}1{{new string('}', 200)}}}""",
    ];

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Read_Hostile_IsRefused(string json)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InferenceException>(() => Read(json));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Read_JsonThatExpandsPastTheLimit_IsTooLarge()
    {
        const int count = (OipLimits.MaxBytes / 8) + 1;
        var data = new StringBuilder("[", 2 * count).Insert(1, "0,", count - 1).Append("0]").ToString();
        var exception = Assert.Throws<InferenceException>(() => Read(Input($"[{count}]", data, "FP64")));
        Assert.Equal(InferenceError.TooLarge, exception.Error);
    }

    [Fact]
    public void Read_AnyDouble_RoundTrips() => Gen.Double.Where(double.IsFinite).Array[1, 20].Sample(values =>
    {
        var data = string.Join(',', values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        using var request = Read(Input($"[{values.Length}]", $"[{data}]", "FP64"));
        return values.SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(request.Inputs[0].Data.Span).ToArray());
    });

    [Fact]
    public void Read_AnyInteger_RoundTrips() => Gen.Long.Sample(value =>
    {
        using var request = Read(Input("[1]", $"[{value}]", "INT64"));
        return BitConverter.ToInt64(request.Inputs[0].Data.Span) == value;
    });

    [Fact]
    public void Read_AnyDamage_IsReadOrRefused()
    {
        var good = Encoding.UTF8.GetBytes("""{"id":"1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,-2.5e3],[NaN,4]]},{"name":"s","datatype":"BYTES","data":["a\"b"],"shape":[1]}],"outputs":[{"name":"y"}]}""");
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Sample((at, value, at2, value2, length) =>
        {
            var damaged = good.ToArray();
            damaged[at] = value;
            damaged[at2] = value2;
            try
            {
                OipRequestCodec.Read(damaged.AsMemory(0, length), length % 3 == 0 ? length / 2 : null).Dispose();
            }
            catch (InferenceException exception)
            {
                return exception.Error != InferenceError.InvalidModel;
            }

            return true;
        });
    }
}
