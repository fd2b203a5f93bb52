/** Rules that look at one FROM: where two see the same problem, one speaks. */
import { describe, expect, it } from 'vitest';
import { lint } from './lint.js';

const RULES = [
  'alpine-compiled-wheels',
  'base-image-floating-suite',
  'base-image-not-slim',
  'base-image-unpinned',
  'deprecated-base-image',
  'eol-os-image',
  'eol-python',
  'nvidia-cuda-eol-tag',
  'nvidia-cuda-tag-missing',
];

describe('one FROM, one finding', () => {
  it.each([
    ['FROM nvidia/cuda\n', 'nvidia-cuda-tag-missing/latest'],
    ['FROM nvidia/cuda:10.2-base-ubuntu18.04\nRUN apt-get update\n', 'nvidia-cuda-eol-tag/deleted'],
    ['FROM nvidia/cuda:12.2.2-base-ubuntu20.04\n', 'nvidia-cuda-eol-tag/doomed'],
    ['ARG TAG=11.8.0-devel-centos7\nFROM nvidia/cuda:$TAG\nRUN yum install -y git\n', 'nvidia-cuda-eol-tag/gone'],
    ['FROM registry.example.com/nvidia/cuda:latest\n', 'base-image-unpinned/moving'],
    ['FROM jupyter/scipy-notebook\n', 'deprecated-base-image/moved'],
    ['FROM jupyter/scipy-notebook:python-3.8.13\n', 'deprecated-base-image/moved'],
    ['FROM continuumio/miniconda:4.7.12\nRUN apt-get update\n', 'deprecated-base-image/frozen'],
    ['ARG TAG=4.7.12\nFROM continuumio/miniconda:$TAG\nRUN apt-get update\n', 'deprecated-base-image/frozen'],
    ['FROM bitnami/spark\n', 'deprecated-base-image/gone'],
    ['FROM centos:7\nRUN yum install -y git\n', 'eol-os-image/gone'],
    ['FROM python:3.8-slim\nRUN apt-get update && apt-get install -y git\n', 'eol-python/ended'],
    ['FROM python:3.13-slim-bullseye\nRUN apt-get update && apt-get install -y git\n', 'eol-os-image/ended'],
    ['FROM python:slim\nRUN apt-get update && apt-get install -y git\n', 'base-image-unpinned/variant'],
    ['FROM debian:stable\nRUN apt-get update && apt-get install -y git\n', 'base-image-unpinned/moving'],
    ['FROM python:3.13-slim\nRUN apt-get update && apt-get install -y git\n', 'base-image-floating-suite/suite'],
    ['FROM python:3.13-trixie\nCMD ["python", "a.py"]\n', 'base-image-not-slim/full'],
    ['FROM python:3\nCMD ["python", "a.py"]\n', 'base-image-floating-suite/minor'],
  ])('%j', (text, expected) => {
    const { findings } = lint(text, { select: RULES });
    expect(findings.map(({ ruleId, messageId }) => `${ruleId}/${messageId}`).join(' ')).toBe(expected);
  });
});
