using System.Text;
using System.Text.Json;
using MLOps.Inference.Tabular;

namespace MLOps.Inference.Tests.Tabular;

public sealed class PythonJsonTests
{
    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("[NaN]", double.NaN)]
    [InlineData("""{"a":Infinity}""", double.PositiveInfinity)]
    [InlineData("""{"a": -Infinity }""", double.NegativeInfinity)]
    [InlineData("""["\"NaN,", Infinity]""", double.PositiveInfinity)]
    [InlineData("""["\\", NaN]""", double.NaN)]
    [InlineData("[1,\n-Infinity\n]", double.NegativeInfinity)]
    public void Parse_BareNumber_IsItsDouble(string json, double expected)
    {
        using var document = PythonJson.Parse(Encoding.UTF8.GetBytes(json), default);
        var value = document.RootElement.ValueKind switch
        {
            JsonValueKind.Array => document.RootElement.EnumerateArray().Last(),
            JsonValueKind.Object => document.RootElement.GetProperty("a"),
            _ => document.RootElement,
        };
        Assert.Equal(expected, Cell.Of(value).Number);
    }

    [Fact]
    public void Parse_WordsInStrings_StayAsTheyAre()
    {
        const string Text = "NaN, Infinity and \\\"-Infinity";
        using var document = PythonJson.Parse(Encoding.UTF8.GetBytes($$"""{"NaN":"{{Text}}","n":[NaN]}"""), default);
        Assert.Equal(Text.Replace("\\", "", StringComparison.Ordinal), document.RootElement.GetProperty("NaN").GetString());
    }

    [Theory]
    [InlineData("1NaN")]
    [InlineData("-NaN")]
    [InlineData("[1Infinity]")]
    [InlineData("[Infinity1]")]
    [InlineData("[--Infinity]")]
    [InlineData("[+Infinity]")]
    [InlineData("[NaNNaN]")]
    [InlineData("[Inf]")]
    [InlineData("[nan]")]
    [InlineData("[N")]
    [InlineData("[NaN")]
    [InlineData("[I\"]")]
    [InlineData("\"NaN")]
    [InlineData("{NaN:1}")]
    [InlineData("{NaN :1}")]
    public void Parse_WhatPythonRefusesToo_IsRefused(string json) =>
        Assert.ThrowsAny<JsonException>(() => PythonJson.Parse(Encoding.UTF8.GetBytes(json), default).Dispose());

    /// <summary>A finite number that is too large stays a mistake.</summary>
    [Fact]
    public void Cell_NumberOutOfRange_IsRefused()
    {
        using var document = PythonJson.Parse("[1e309]"u8.ToArray(), default);
        var number = document.RootElement[0];
        Assert.Equal(InferenceError.InvalidRequest, Assert.Throws<InferenceException>(() => Cell.Of(number)).Error);
    }

    [Fact]
    public void Parse_AnyCutOrDamage_IsJsonOrRefused()
    {
        var whole = """{"inputs":[[1,NaN,-Infinity],["a\"NaN",Infinity,null]]}"""u8.ToArray();
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var damaged = whole[..random.Next(1, whole.Length + 1)];
            for (var change = random.Next(3); change > 0; change--)
            {
                damaged[random.Next(damaged.Length)] = (byte)"NaIfinity\"\\,[]{}:- "[random.Next(18)];
            }

            try
            {
                PythonJson.Parse(damaged, default).Dispose();
            }
            catch (JsonException)
            {
                continue;
            }
        }
    }
}
